import Analysis
import ArgumentParser
import Foundation
import Reports
import ResultStore
import Timeline

struct SelftestCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest",
        abstract: "Measures what this host itself adds to a measurement, and keeps it for reports.",
        discussion: """
            Places calls over loopback to an agent of its own, and needs no scenario:
              limits   descriptors, ports, socket buffers, processors, real-time scheduling
              timer    how late a loop's 1 ms tick comes with nothing else to do
              loads    the generator's grade at 100 and 1,000 callers, and at each of --callers
              bias     measured less true, by transport and codec: the agent knows to the sample
                       when it began to speak and when it fell silent

            Every later run of this host that goes into the same store quotes it in its error bar:
            ± (half a frame, detector, lateness p99, dwell p99), the root of the sum of squares. Run it
            on a host that does nothing else; again after a change of kernel or hardware.

            About a minute, with --quick 20 s. Exit codes: 0 within every budget, 4 over budget at no
            more than 100 callers, or a bias beyond ± 2 ms or a deviation beyond 3 ms (more callers tell
            where the limit is, and decide nothing), 6 environment, 130 interrupted.
            """
    )

    @OptionGroup var options: SelftestOptions

    func execute() async throws -> ExitStatus {
        let levels = try options.levels()
        guard (1...60).contains(options.seconds) else {
            throw CommandFailure(
                status: .usage, message: "--seconds \(options.seconds): hold loads for 1 to 60 s")
        }
        if let callers = options.biasCallers, !(1...10_000).contains(callers) {
            throw CommandFailure(
                status: .usage, message: "--bias-callers \(callers): write a number from 1 to 10000"
            )
        }
        let store: ResultStore
        do {
            store = try ResultStore.open(path: options.db)
        } catch {
            throw CommandFailure(status: .environment, message: error.message)
        }
        let run = SelftestRun(
            levels: levels, heldFor: .seconds(Int64(options.seconds)), isQuick: options.quick,
            biasCallers: options.biasCallers)
        guard let selftest = try await run.measure() else { return .interrupted }
        do {
            try store.add(selftest)
        } catch {
            throw CommandFailure(status: .environment, message: error.message)
        }
        try options.write(selftest)
        return selftest.isFit ? .passed : .invalid
    }
}
