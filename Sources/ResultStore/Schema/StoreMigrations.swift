import GRDB

/// How the store's tables came to be.
///
/// A migration that was published never changes: add another.
enum StoreMigrations {
    /// `TALK` in ASCII, in the file's header: tells our stores from other programs' databases.
    static let applicationID: Int32 = 0x5441_4C4B

    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 runs, calls, turns") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: runTables)
            try db.execute(sql: callTable)
            try db.execute(sql: turnTable)
            try db.execute(sql: resultTables)
        }
        migrator.registerMigration("2 peers, gateways, details") { db in
            try db.execute(sql: peerColumns)
        }
        migrator.registerMigration("3 self-tests, detectors") { db in
            try db.execute(sql: selftestTables)
        }
        return migrator
    }

    private static let selftestTables = """
        ALTER TABLE path ADD COLUMN detector_json TEXT
            CHECK (detector_json IS NULL OR json_valid(detector_json));

        CREATE TABLE selftest (
            id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
            started_at TEXT NOT NULL,
            version TEXT NOT NULL,
            git_revision TEXT,
            host_json TEXT NOT NULL CHECK (json_valid(host_json)),
            result_json TEXT NOT NULL CHECK (json_valid(result_json))
        ) STRICT;

        CREATE TABLE selftest_bias (
            selftest_id TEXT NOT NULL REFERENCES selftest (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            transport TEXT NOT NULL,
            dialect TEXT,
            codec TEXT NOT NULL,
            what TEXT NOT NULL CHECK (what IN ('first_packet', 'onset', 'stop')),
            n INTEGER NOT NULL CHECK (n >= 0),
            bias_ms REAL,
            sd_ms REAL CHECK (sd_ms >= 0),
            PRIMARY KEY (selftest_id, position)
        ) STRICT, WITHOUT ROWID;
        """

    private static let peerColumns = """
        ALTER TABLE call ADD COLUMN detail TEXT;
        ALTER TABLE call ADD COLUMN remote_packets_lost INTEGER;
        ALTER TABLE call ADD COLUMN remote_packets_expected INTEGER;
        ALTER TABLE call ADD COLUMN local_candidate TEXT
            CHECK (local_candidate IN ('host', 'srflx', 'prflx', 'relay'));
        ALTER TABLE call ADD COLUMN remote_candidate TEXT
            CHECK (remote_candidate IN ('host', 'srflx', 'prflx', 'relay'));

        ALTER TABLE turn ADD COLUMN gateway_forwarded_ns INTEGER;
        ALTER TABLE turn ADD COLUMN gateway_received_ns INTEGER;
        ALTER TABLE turn ADD COLUMN first_audio_edge_ms REAL;
        ALTER TABLE turn ADD COLUMN first_audio_backend_ms REAL;
        ALTER TABLE turn ADD COLUMN barge_in_cut_edge_ms REAL;
        ALTER TABLE turn ADD COLUMN barge_in_cut_backend_ms REAL;
        """

    private static let runTables = """
        CREATE TABLE run (
            id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
            mode TEXT NOT NULL CHECK (mode IN ('live', 'simulated')),
            scenario TEXT NOT NULL,
            scenario_yaml TEXT NOT NULL,
            seed INTEGER NOT NULL, -- the 64 bits of an unsigned number
            started_at TEXT NOT NULL,
            ended_at TEXT,
            duration_s REAL NOT NULL CHECK (duration_s >= 0),
            state TEXT NOT NULL CHECK (state IN ('unfinished', 'finished', 'interrupted')),
            verdict TEXT CHECK (verdict IN
                ('pass', 'fail', 'inconclusive', 'invalid', 'interrupted', 'unreachable')),
            version TEXT NOT NULL,
            git_revision TEXT,
            host_json TEXT NOT NULL CHECK (json_valid(host_json)),
            tags_json TEXT NOT NULL CHECK (json_type(tags_json) = 'object'),
            origin_mono_ns INTEGER, -- CLOCK_MONOTONIC where the run's instants begin; NULL in simulation
            generator_json TEXT CHECK (generator_json IS NULL OR json_valid(generator_json)),
            CHECK ((state = 'unfinished') = (verdict IS NULL))
        ) STRICT;

        CREATE TABLE path (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            name TEXT NOT NULL,
            transport TEXT NOT NULL,
            hearing TEXT NOT NULL,
            config_json TEXT NOT NULL CHECK (json_valid(config_json)),
            usage_json TEXT CHECK (usage_json IS NULL OR json_valid(usage_json)),
            generator_json TEXT CHECK (generator_json IS NULL OR json_valid(generator_json)),
            UNIQUE (run_id, position),
            UNIQUE (run_id, name)
        ) STRICT;
        """

    /// `outcome` is NULL while the call is up, and for good where the run was killed.
    private static let callTable = """
        CREATE TABLE call (
            id INTEGER PRIMARY KEY,
            path_id INTEGER NOT NULL REFERENCES path (id) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number >= 0),
            wire_id INTEGER,
            control INTEGER NOT NULL DEFAULT 0 CHECK (control IN (0, 1)),
            planned_ns INTEGER,
            started_ns INTEGER,
            connected_ns INTEGER,
            ended_ns INTEGER,
            outcome TEXT CHECK (outcome IN ('completed', 'failed', 'interrupted')),
            reason TEXT,
            setup_json TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(setup_json)),
            greeting_ns INTEGER,
            frames_sent INTEGER NOT NULL DEFAULT 0,
            frames_received INTEGER NOT NULL DEFAULT 0,
            packets_expected INTEGER NOT NULL DEFAULT 0 CHECK (packets_expected >= 0),
            packets_lost INTEGER NOT NULL DEFAULT 0,
            packets_duplicated INTEGER NOT NULL DEFAULT 0,
            packets_reordered INTEGER NOT NULL DEFAULT 0,
            packets_late INTEGER NOT NULL DEFAULT 0,
            packets_refused INTEGER NOT NULL DEFAULT 0,
            frames_played INTEGER NOT NULL DEFAULT 0 CHECK (frames_played >= 0),
            frames_concealed INTEGER NOT NULL DEFAULT 0 CHECK (frames_concealed >= 0),
            burst_ratio REAL,
            jitter_ns INTEGER,
            round_trip_ns INTEGER,
            mouth_to_ear_ns INTEGER,
            overlap_ns INTEGER NOT NULL DEFAULT 0,
            underrun_ns INTEGER NOT NULL DEFAULT 0,
            underruns INTEGER NOT NULL DEFAULT 0,
            CHECK (outcome IS NULL OR (planned_ns IS NOT NULL AND wire_id IS NOT NULL)),
            UNIQUE (path_id, number)
        ) STRICT;
        """

    /// For each turn metric `x`: `x_ms`, NULL where it has no value, and `x_censored` where it can
    /// be censored.
    ///
    /// The samples of `x` are the rows with a value or a 1 there; a censored one counts as +∞.
    private static let turnTable = """
        CREATE TABLE turn (
            id INTEGER PRIMARY KEY,
            call_id INTEGER NOT NULL REFERENCES call (id) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number >= 0),
            kind TEXT NOT NULL CHECK (kind IN
                ('utterance', 'interrupt', 'backchannel', 'tic', 'side_talk', 'noise')),
            expect TEXT NOT NULL CHECK (expect IN
                ('response', 'cut', 'duck', 'continue', 'nothing')),
            clip TEXT NOT NULL,
            cold INTEGER NOT NULL CHECK (cold IN (0, 1)),
            control INTEGER NOT NULL CHECK (control IN (0, 1)),
            has_pause INTEGER NOT NULL CHECK (has_pause IN (0, 1)),
            void_reason TEXT CHECK (void_reason IN
                ('host_stall', 'agent_silent_at_onset', 'call_ended')),
            scheduled_onset_ns INTEGER NOT NULL,
            scheduled_end_ns INTEGER NOT NULL,
            actual_onset_ns INTEGER,
            first_packet_ns INTEGER,
            first_audible_ns INTEGER,
            heard_onset_ns INTEGER,
            signal_ns INTEGER,
            wire_stop_ns INTEGER,
            heard_stop_ns INTEGER,
            ducked_ns INTEGER,
            heard_again_ns INTEGER,
            agent_audible_at_onset INTEGER NOT NULL CHECK (agent_audible_at_onset IN (0, 1)),
            agent_interrupted INTEGER NOT NULL CHECK (agent_interrupted IN (0, 1)),
            pause_taken_over INTEGER NOT NULL CHECK (pause_taken_over IN (0, 1)),
            buffered_at_onset_ns INTEGER,
            stale_audio_ns INTEGER,
            patience_ns INTEGER NOT NULL,
            round_trip_ns INTEGER,
            outcome TEXT NOT NULL CHECK (outcome IN
                ('answered', 'unanswered', 'cut', 'ducked', 'continued', 'silent', 'abandoned')),
            first_audio_ms REAL,
            first_audio_censored INTEGER NOT NULL DEFAULT 0,
            barge_in_cut_ms REAL,
            barge_in_cut_censored INTEGER NOT NULL DEFAULT 0,
            first_audio_agent_ms REAL,
            first_audio_agent_censored INTEGER NOT NULL DEFAULT 0,
            barge_in_cut_agent_ms REAL,
            barge_in_cut_agent_censored INTEGER NOT NULL DEFAULT 0,
            after_interrupt_ms REAL,
            after_interrupt_censored INTEGER NOT NULL DEFAULT 0,
            resume_ms REAL,
            resume_censored INTEGER NOT NULL DEFAULT 0,
            first_packet_ms REAL,
            first_packet_censored INTEGER NOT NULL DEFAULT 0,
            lead_silence_ms REAL,
            signal_latency_ms REAL,
            wire_stop_ms REAL,
            buffered_at_cut_ms REAL,
            stale_audio_ms REAL,
            duck_ms REAL,
            duck_censored INTEGER NOT NULL DEFAULT 0,
            CHECK (first_audio_censored = 0 OR first_audio_ms IS NULL),
            CHECK (barge_in_cut_censored = 0 OR barge_in_cut_ms IS NULL),
            UNIQUE (call_id, number)
        ) STRICT;
        """

    private static let resultTables = """
        CREATE TABLE second (
            path_id INTEGER NOT NULL REFERENCES path (id) ON DELETE CASCADE,
            second INTEGER NOT NULL,
            callers INTEGER NOT NULL CHECK (callers >= 0),
            frames_scheduled INTEGER NOT NULL CHECK (frames_scheduled >= 0),
            frames_on_time INTEGER NOT NULL CHECK (frames_on_time >= 0),
            tick_lateness_ns INTEGER NOT NULL,
            void INTEGER NOT NULL GENERATED ALWAYS AS (tick_lateness_ns > 50000000) VIRTUAL,
            PRIMARY KEY (path_id, second)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE histogram (
            path_id INTEGER NOT NULL REFERENCES path (id) ON DELETE CASCADE,
            metric TEXT NOT NULL,
            unit TEXT NOT NULL,
            v2 BLOB NOT NULL,
            PRIMARY KEY (path_id, metric)
        ) STRICT;

        CREATE TABLE metric (
            path_id INTEGER NOT NULL REFERENCES path (id) ON DELETE CASCADE,
            metric TEXT NOT NULL,
            unit TEXT NOT NULL,
            n INTEGER NOT NULL CHECK (n >= 0),
            censored INTEGER NOT NULL CHECK (censored BETWEEN 0 AND n),
            censored_at REAL,
            void INTEGER NOT NULL CHECK (void >= 0),
            min REAL, mean REAL, p50 REAL, p90 REAL, p95 REAL, p99 REAL, p999 REAL, max REAL,
            beyond_timeout_json TEXT NOT NULL CHECK (json_type(beyond_timeout_json) = 'array'),
            ci95_json TEXT NOT NULL CHECK (json_type(ci95_json) = 'object'),
            PRIMARY KEY (path_id, metric)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE rate (
            path_id INTEGER NOT NULL REFERENCES path (id) ON DELETE CASCADE,
            metric TEXT NOT NULL,
            hits INTEGER NOT NULL CHECK (hits BETWEEN 0 AND n),
            n INTEGER NOT NULL CHECK (n >= 0),
            value REAL,
            ci95_lower REAL,
            ci95_upper REAL,
            PRIMARY KEY (path_id, metric)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE objective (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            metric TEXT NOT NULL,
            expression TEXT NOT NULL,
            value REAL,
            verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'inconclusive')),
            n INTEGER NOT NULL CHECK (n >= 0),
            reason TEXT
        ) STRICT;
        CREATE INDEX objective_run ON objective (run_id);
        """
}
