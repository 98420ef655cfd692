import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LiveRuns {
    /// Whose fault slowness is: a generator's voids the measurement, an agent's is the measurement.
    @Suite(.serialized) struct OverloadTests {
        /// Halts a process for a while, over and over, until a run has ended.
        private func halt(
            _ process: pid_t, for stop: Duration, every period: Duration, while run: Command
        ) async throws {
            while Command.isAlive(run.identifier), kill(process, SIGSTOP) == 0 {
                try await Task.sleep(for: stop)
                kill(process, SIGCONT)
                try await Task.sleep(for: period - stop)
            }
        }

        @Test func `a generator that is late too often ends with 4 and names send lateness`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(load: "callers: 4, for: 3s"), to: "s.yaml")

            let command = try bench.start(
                "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite", "--json", "-"
            )
            try #require(await runHasBegun(bench))
            // Each time long enough for a frame of every caller, too short for a void second.
            try await halt(
                command.identifier, for: .milliseconds(30), every: .milliseconds(180),
                while: command)
            let result = try await command.wait()

            #expect(result.end == .exit(4), "\(result)")
            let summary = try Summary(result.output)
            #expect(summary["verdict"] as? String == "invalid")
            let problems = try #require(summary["generator", "problems"] as? [String])
            #expect(
                problems.contains { $0.contains("send lateness p99") && $0.contains("budget") },
                "\(problems)")
            // What was late was sent all the same, and is counted.
            #expect(summary["generator", "frames_late"] as? Int ?? 0 > 0)
            #expect(summary["generator", "frames_skipped"] as? Int == 0)
        }

        @Test func `an agent that is held up answers late, and the generator stays valid`()
            async throws
        {
            for attempt in 1...3 {
                let bench = try Workbench()
                try bench.write(
                    ShortScenario.yaml(
                        load: "callers: 8, for: 3s",
                        objectives: [#"first_audio: ["p(50)<400ms"]"#]),
                    to: "s.yaml"
                )
                let before = HostPressure.now
                let command = try bench.start(
                    "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite", "--json", "-"
                )
                try #require(await runHasBegun(bench))
                let agent = try #require(command.children.first)
                try await halt(
                    agent, for: .milliseconds(600), every: .milliseconds(660), while: command)
                let result = try await command.wait()

                // A host that others keep busy makes the generator late as well.
                let isBusy = before.share(until: .now) > 0.1
                if result.code == 4, isBusy, attempt < 3 { continue }
                guard result.code != 4 || !isBusy else { return }
                #expect(result.end == .exit(1), "\(result)")
                let summary = try Summary(result.output)
                #expect(summary["generator", "valid"] as? Bool == true)
                #expect(summary.objectives == ["fail"])
                return
            }
        }
    }
}
