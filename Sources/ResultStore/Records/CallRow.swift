import GRDB
import Timeline

/// A call as a row of `call`.
enum CallRow {
    static func columns(_ call: CallRecord, pathID: Int64) throws -> Columns {
        var row = Columns()
        row.set("path_id", pathID)
        row.set("number", call.id.number)
        row.set("wire_id", Int64(call.wireID))
        row.set("control", call.isControl)
        row.set("planned_ns", call.planned)
        row.set("started_ns", call.started)
        row.set("connected_ns", call.connected)
        row.set("ended_ns", call.ended)
        row.set("outcome", call.outcome.rawValue)
        row.set("reason", call.reason)
        row.set("detail", call.detail)
        row.set("setup_json", try StoredJSON.text(StoredSetup(call.setup)))
        row.set("greeting_ns", call.greeting)
        set(call.media, in: &row)
        return row
    }

    private static func set(_ media: MediaRecord, in row: inout Columns) {
        row.set("frames_sent", media.framesSent)
        row.set("frames_received", media.framesReceived)
        row.set("packets_expected", media.packetsExpected)
        row.set("packets_lost", media.packetsLost)
        row.set("packets_duplicated", media.packetsDuplicated)
        row.set("packets_reordered", media.packetsReordered)
        row.set("packets_late", media.packetsLate)
        row.set("packets_refused", media.packetsRefused)
        row.set("frames_played", media.framesPlayed)
        row.set("frames_concealed", media.framesConcealed)
        row.set("burst_ratio", media.burstRatio)
        row.set("jitter_ns", media.jitter)
        row.set("round_trip_ns", media.roundTrip)
        row.set("mouth_to_ear_ns", media.mouthToEar)
        row.set("overlap_ns", media.overlap)
        row.set("underrun_ns", media.underrun)
        row.set("underruns", media.underruns)
        row.set("remote_packets_lost", media.remotePacketsLost)
        row.set("remote_packets_expected", media.remotePacketsExpected)
        row.set("local_candidate", media.localCandidate?.rawValue)
        row.set("remote_candidate", media.remoteCandidate?.rawValue)
    }

    /// - Precondition: the row's `outcome` is not NULL.
    static func call(_ row: Row, path: Int) throws -> CallRecord {
        let wireID: Int64 = try row.required("wire_id")
        var call = CallRecord(
            id: CallID(path: path, number: try row.required("number")),
            wireID: UInt32(truncatingIfNeeded: wireID),
            planned: RunInstant(nanoseconds: try row.required("planned_ns"))
        )
        call.isControl = try row.required("control")
        call.started = row.instant("started_ns")
        call.connected = row.instant("connected_ns")
        call.ended = row.instant("ended_ns")
        call.outcome = try row.word("outcome")
        call.reason = row["reason"]
        call.detail = row["detail"]
        call.setup = try StoredJSON.value(try row.required("setup_json"), as: StoredSetup.self)
            .times
        call.greeting = row.span("greeting_ns")
        call.media = try media(row)
        return call
    }

    private static func media(_ row: Row) throws -> MediaRecord {
        var media = MediaRecord()
        media.framesSent = try row.required("frames_sent")
        media.framesReceived = try row.required("frames_received")
        media.packetsExpected = try row.required("packets_expected")
        media.packetsLost = try row.required("packets_lost")
        media.packetsDuplicated = try row.required("packets_duplicated")
        media.packetsReordered = try row.required("packets_reordered")
        media.packetsLate = try row.required("packets_late")
        media.packetsRefused = try row.required("packets_refused")
        media.framesPlayed = try row.required("frames_played")
        media.framesConcealed = try row.required("frames_concealed")
        media.burstRatio = row["burst_ratio"]
        media.jitter = row.span("jitter_ns")
        media.roundTrip = row.span("round_trip_ns")
        media.mouthToEar = row.span("mouth_to_ear_ns")
        media.overlap = Nanoseconds(try row.required("overlap_ns"))
        media.underrun = Nanoseconds(try row.required("underrun_ns"))
        media.underruns = try row.required("underruns")
        media.remotePacketsLost = row["remote_packets_lost"]
        media.remotePacketsExpected = row["remote_packets_expected"]
        media.localCandidate = try row.optionalWord("local_candidate")
        media.remoteCandidate = try row.optionalWord("remote_candidate")
        return media
    }
}

/// The phases of a setup, in nanoseconds under names that say so.
private struct StoredSetup: Codable {
    var dnsNs: Int64?
    var tcpNs: Int64?
    var tlsNs: Int64?
    var upgradeNs: Int64?
    var signallingNs: Int64?
    var iceNs: Int64?
    var dtlsNs: Int64?

    enum CodingKeys: String, CodingKey {
        case dnsNs = "dns_ns"
        case tcpNs = "tcp_ns"
        case tlsNs = "tls_ns"
        case upgradeNs = "upgrade_ns"
        case signallingNs = "signalling_ns"
        case iceNs = "ice_ns"
        case dtlsNs = "dtls_ns"
    }

    init(_ times: SetupTimes) {
        dnsNs = times.dns?.count
        tcpNs = times.tcp?.count
        tlsNs = times.tls?.count
        upgradeNs = times.upgrade?.count
        signallingNs = times.signalling?.count
        iceNs = times.ice?.count
        dtlsNs = times.dtls?.count
    }

    var times: SetupTimes {
        var times = SetupTimes()
        times.dns = dnsNs.map { Nanoseconds($0) }
        times.tcp = tcpNs.map { Nanoseconds($0) }
        times.tls = tlsNs.map { Nanoseconds($0) }
        times.upgrade = upgradeNs.map { Nanoseconds($0) }
        times.signalling = signallingNs.map { Nanoseconds($0) }
        times.ice = iceNs.map { Nanoseconds($0) }
        times.dtls = dtlsNs.map { Nanoseconds($0) }
        return times
    }
}
