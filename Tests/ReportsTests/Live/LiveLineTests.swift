import Analysis
import Foundation
import Reports
import Testing
import Timeline

@Suite struct LiveLineTests {
    /// 2026-02-03T14:05:09Z.
    private let run = LiveLine.Run(id: "r1", originUnixNs: 1_770_127_509_000_000_000)

    private func turn(clip: String = "opening_hours", path: String = "rtp") -> LiveRow {
        var turn = TurnRecord(
            call: CallID(path: 0, number: 3), number: 1, kind: .utterance, expect: .response,
            clip: clip, scheduledOnset: .zero, scheduledEnd: .zero + .seconds(1),
            patience: .seconds(10))
        turn.heardOnset = .zero + .microseconds(1_512_345)
        return LiveRow(turn: turn, path: path)
    }

    @Test func `a line of JSON says what, when, where, and every value by its metric`() throws {
        let line = LiveLine.render(turn(), of: run, as: .jsonl)

        #expect(line.hasSuffix("}\n") && line.count { $0 == "\n" } == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["event"] as? String == "turn")
        #expect(object["time"] as? String == "2026-02-03T14:05:10.512345000Z")
        #expect(object["at_ns"] as? Int == 1_512_345_000)
        #expect(object["run"] as? String == "r1" && object["path"] as? String == "rtp")
        #expect(object["call"] as? Int == 3 && object["turn"] as? Int == 1)
        #expect(object["cold"] as? Bool == false)
        let metrics = try #require(object["metrics"] as? [String: Double])
        #expect(metrics["first_audio"] == 512.345)
        #expect(object["censored"] as? [String] == ["first_packet"])
        #expect(LiveLine.header(.jsonl) == nil)
    }

    @Test func `every record of CSV has a cell for each column of the header`() throws {
        let header = try #require(LiveLine.header(.csv))
        let second = LiveRow(second: SecondRecord(path: 0, second: 0), path: "rtp")
        let lines = [turn(), second].map { LiveLine.render($0, of: run, as: .csv) }

        #expect(header.hasSuffix("\r\n") && header.hasPrefix("event,time,at_ns,run,path,call,turn"))
        let columns = header.dropLast().split(separator: ",", omittingEmptySubsequences: false)
        for line in lines {
            #expect(line.hasSuffix("\r\n"))
            let cells = line.dropLast().split(separator: ",", omittingEmptySubsequences: false)
            #expect(cells.count == columns.count)
        }
        let cells = lines[0].split(separator: ",", omittingEmptySubsequences: false)
        let place = try #require(columns.firstIndex(of: "first_audio"))
        #expect(cells[place] == "512.345")
        #expect(cells[try #require(columns.firstIndex(of: "first_packet"))].isEmpty)
        #expect(cells[try #require(columns.firstIndex(of: "censored"))] == "first_packet")
    }

    @Test(arguments: [
        ("a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\""), ("two\nlines", "\"two\nlines\""),
        ("two\r\nlines", "\"two\r\nlines\""), ("plain", "plain"),
        ("a\"\u{301}", "\"a\"\"\u{301}\""),
        ("ümlaut", "ümlaut"),
    ])
    func `a cell is quoted where RFC 4180 asks for it`(text: String, cell: String) {
        let line = LiveLine.render(turn(clip: text), of: run, as: .csv)

        #expect(line.contains(",utterance,response,\(cell),false,"))
    }

    @Test(arguments: [
        (0 as Int64, "1970-01-01T00:00:00.000000000Z"),
        (1, "1970-01-01T00:00:00.000000001Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
        (4_107_542_399_123_456_789, "2100-02-28T23:59:59.123456789Z"),
        (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z"),
    ])
    func `time of day is RFC 3339, leap years included`(unixNs: Int64, text: String) {
        #expect(RFC3339.text(unixNanoseconds: unixNs) == text)
    }
}
