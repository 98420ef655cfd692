import Testing
import Timeline

@testable import Drivers

@Suite struct LoopRecorderTests {
    private func tick(ms: Int, lateness: Nanoseconds = .zero) -> TickGrid.Tick {
        TickGrid.Tick(nominal: instant(ms: ms), lateness: lateness, missed: 0)
    }

    @Test func `a frame half an interval late is on time and a later one is not`() {
        let recorder = LoopRecorder(paths: 1)
        recorder.begin(path: 0)
        for late in [0, 10_000, 10_001, 25_000] {
            recorder.frameSent(
                path: 0, scheduled: instant(ms: 100), left: instant(us: 100_000 + late),
                interval: .milliseconds(20)
            )
        }
        recorder.frameHeldBack(path: 0)

        #expect(recorder.ticked(tick(ms: 1_000)))

        let second = recorder.takeBatch().seconds.first
        #expect(second?.framesScheduled == 5)
        #expect(second?.framesOnTime == 2)
        #expect(recorder.frames(path: 0)[.sendLateness]?.total == 4)
    }

    @Test func `a stall voids every second it touches`() {
        let recorder = LoopRecorder(paths: 1)
        recorder.begin(path: 0)
        #expect(!recorder.ticked(tick(ms: 900)))
        #expect(recorder.ticked(tick(ms: 3_100, lateness: .milliseconds(2_200))))
        recorder.end(path: 0)

        let seconds = recorder.takeBatch().seconds

        #expect(seconds.map(\.second) == [0, 1, 2, 3])
        #expect(seconds.allSatisfy { $0.isVoid })
    }

    @Test func `what does not fit is dropped and counted`() {
        let recorder = LoopRecorder(paths: 2, capacity: 3)
        let record = CallRecord(id: CallID(path: 1, number: 0), wireID: 1, planned: .zero)
        for _ in 0..<5 { recorder.record(.call(record), path: 1) }

        #expect(recorder.takeBatch().observations.count == 3)
        #expect(recorder.dropped(path: 1) == 2)
        #expect(recorder.dropped(path: 0) == 0)
        recorder.record(.call(record), path: 1)
        #expect(recorder.takeBatch().observations.count == 1)
    }

    @Test func `the most callers of a second are remembered after they hung up`() {
        let recorder = LoopRecorder(paths: 1)
        recorder.begin(path: 0)
        for wireID in 1...3 {
            recorder.callConnected(path: 0, wireID: UInt32(wireID), firstSlot: instant(ms: wireID))
        }
        recorder.callEnded(path: 0)
        _ = recorder.ticked(tick(ms: 1_000))
        _ = recorder.ticked(tick(ms: 2_000))

        let batch = recorder.takeBatch()

        #expect(batch.seconds.map(\.callers) == [3, 2])
        #expect(batch.callers == [2])
        #expect(recorder.firstSlots(path: 0)[2] == instant(ms: 2))
    }
}

@Suite struct SecondMergerTests {
    private func batch(_ records: [SecondRecord], callers: Int = 0) -> ObservationBatch {
        ObservationBatch(observations: [], seconds: records, callers: [callers])
    }

    private func record(_ second: Int, callers: Int, scheduled: Int, lateMs: Int64) -> SecondRecord
    {
        var record = SecondRecord(path: 0, second: second)
        record.callers = callers
        record.framesScheduled = scheduled
        record.tickLateness = .milliseconds(lateMs)
        return record
    }

    @Test func `the loops' shares of a second come out as one`() {
        let merger = SecondMerger(loops: 2, paths: 1)
        let first = merger.merge(
            batch([record(4, callers: 3, scheduled: 10, lateMs: 60)], callers: 3), loop: 0
        )
        #expect(first.seconds.isEmpty)

        let second = merger.merge(
            batch([record(4, callers: 2, scheduled: 7, lateMs: 1)], callers: 2), loop: 1
        )

        #expect(second.seconds == [record(4, callers: 5, scheduled: 17, lateMs: 60)])
        #expect(second.callers == [5])
    }

    @Test func `every second comes once, also when a loop reports late`() {
        let merger = SecondMerger(loops: 2, paths: 1)
        var seen: [Int] = []
        for second in 0..<6 {
            let one = batch([record(second, callers: 1, scheduled: 1, lateMs: 0)])
            seen += merger.merge(one, loop: 0).seconds.map(\.second)
        }
        let late = (0..<6).map { record($0, callers: 1, scheduled: 1, lateMs: 900) }
        seen += merger.merge(batch(late), loop: 1).seconds.map(\.second)
        seen += merger.finish(path: 0).seconds.map(\.second)

        #expect(seen == [0, 1, 2, 3, 4, 5])
    }

    @Test func `the end of one path leaves the callers of the others as they are`() {
        let merger = SecondMerger(loops: 2, paths: 2)
        for (loop, callers) in [[3, 4], [2, 1]].enumerated() {
            let batch = ObservationBatch(observations: [], seconds: [], callers: callers)
            _ = merger.merge(batch, loop: loop)
        }

        #expect(merger.finish(path: 0).callers == [0, 5])
    }
}
