import Analysis
import GRDB
import Planning
import Testing
import Timeline

@testable import ResultStore

/// Stores that an earlier version wrote.
@Suite struct MigrationTests {
    /// A run of one call and one turn, in the columns that the first migration made.
    private static let firstRun = """
        INSERT INTO run VALUES ('20260102-old', 'live', 'old', 'name: old', 7,
            '2026-01-02T03:04:05Z', NULL, 12.5, 'unfinished', NULL, '0.1.0', NULL,
            '{"cores":2,"kernel":"6.1"}', '{}', 5, NULL);
        INSERT INTO path (id, run_id, position, name, transport, hearing, config_json)
            VALUES (1, '20260102-old', 0, 'rtp', 'rtp', 'decode', '{}');
        INSERT INTO call (id, path_id, number, wire_id, planned_ns, outcome, reason, setup_json)
            VALUES (1, 1, 0, 99, 0, 'failed', 'no_media', '{"tcp_ns":3000000}');
        INSERT INTO turn (call_id, number, kind, expect, clip, cold, control, has_pause,
            scheduled_onset_ns, scheduled_end_ns, heard_onset_ns, agent_audible_at_onset,
            agent_interrupted, pause_taken_over, patience_ns, outcome, first_audio_ms)
            VALUES (1, 0, 'utterance', 'response', 'c', 0, 0, 0, 1000000000, 2000000000,
            2500000000, 0, 0, 0, 10000000000, 'answered', 500.0);
        """

    @Test func `a store of the first version is read and written as it is opened`() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("talkover.sqlite")
        do {
            let queue = try DatabaseQueue(path: file)
            try StoreMigrations.all.migrate(queue, upTo: "1 runs, calls, turns")
            try queue.write { try $0.execute(sql: Self.firstRun) }
            try queue.close()
        }

        let store = try ResultStore.open(path: file, creating: false)
        let sample = StoredSample()
        let old = try store.load("20260102-old") { _ in sample.scenario }
        try sample.write(to: store)

        let call = try #require(old.paths.first?.calls.first)
        #expect(call.setup.tcp == .milliseconds(3))
        #expect(call.setup.ice == nil && call.detail == nil)
        #expect(call.media.remoteLossFraction == nil)
        let turn = try #require(old.paths.first?.turns.first)
        #expect(turn.heardOnset == RunInstant(nanoseconds: 2_500_000_000))
        #expect(turn.gatewayForwarded == nil && turn.gatewayReceived == nil)
        #expect(try store.runs().map(\.facts.id) == [sample.facts.id, "20260102-old"])
    }

    @Test func `opening a current store changes nothing in it`() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("talkover.sqlite")
        func schema() throws -> [String] {
            try ResultStore.open(path: file).queue.read {
                try String.fetchAll($0, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
            }
        }

        #expect(try schema() == schema())
    }
}
