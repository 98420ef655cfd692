import Foundation
import Testing

extension LiveRuns {
    /// Where a run's loops and its agent go, and how far ahead of others.
    @Suite(.serialized) struct PlacementTests {
        /// CPUs that this process, and so its children, may use, as the kernel lists them.
        private static func allowed(_ process: String = "self") -> String {
            let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8))
            let line = status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
            return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? ""
        }

        /// The numbers in such a list.
        private static func numbers(_ list: String) -> [Int] {
            list.split(separator: ",").flatMap { part -> [Int] in
                let ends = part.split(separator: "-").compactMap { Int($0) }
                guard let first = ends.first, let last = ends.last else { return [] }
                return Array(first...last)
            }
        }

        @Test func `loops, their process and the agent keep to the CPUs they were given`()
            async throws
        {
            let bench = try Workbench()
            let cpus = Self.numbers(Self.allowed())
            let first = try #require(cpus.first)
            let last = try #require(cpus.last)
            try bench.write(ShortScenario.yaml(load: "callers: 3, for: 1s"), to: "s.yaml")

            let command = try bench.start(
                "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite", "--json", "-",
                "--loops", "2", "--cpus", "\(first)/\(last)"
            )
            try #require(await runHasBegun(bench))
            let process = command.identifier
            let isNamed = try await eventually { Self.threads(of: process)["loop-1"] != nil }
            #expect(isNamed)
            let threads = Self.threads(of: process)
            #expect(threads["loop-0"] == "\(first)")
            #expect(threads["loop-1"] == "\(first)")
            #expect(Set(threads.values) == ["\(first)"])
            let agent = try #require(command.children.first)
            #expect(Self.allowed("\(agent)") == "\(last)")
            let result = try await command.wait()

            #expect([0, 4].contains(result.code), "\(result)")
            let summary = try Summary(result.output)
            for scheduling in [
                summary["generator", "scheduling"],
                summary["paths", "rtp", "generator", "scheduling"],
            ] {
                let scheduling = try #require(scheduling as? [String: Any])
                #expect(scheduling["loops"] as? Int == 2)
                #expect(scheduling["cpus"] as? [Int] == [first])
                #expect(scheduling["pinned"] as? Bool == true)
                #expect(scheduling["agent_cpus"] as? [Int] == [last])
            }
        }

        /// Where each thread of a process may run, by the thread's name.
        private static func threads(of process: Int32) -> [String: String] {
            let folder = "/proc/\(process)/task"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            var threads: [String: String] = [:]
            for thread in names {
                let name = try? String(contentsOfFile: "\(folder)/\(thread)/comm", encoding: .utf8)
                guard let name else { continue }
                let list = allowed("\(process)/task/\(thread)")
                if !list.isEmpty { threads[name.trimmingCharacters(in: .newlines)] = list }
            }
            return threads
        }

        @Test func `without a wish there is a loop on each CPU, and no more than callers`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(load: "callers: 1"), to: "s.yaml")

            let result = try await bench.run(
                "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite", "--json", "-"
            )

            let summary = try Summary(result.output)
            #expect(summary["generator", "scheduling", "loops"] as? Int == 1)
            #expect(summary["generator", "scheduling", "pinned"] as? Bool == false)
            #expect(
                summary["generator", "scheduling", "cpus"] as? [Int]
                    == Self.numbers(Self.allowed()))
        }

        @Test func `real time that the system refuses is said once, and the run goes on`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(load: "callers: 3"), to: "s.yaml")
            // Whatever the tests may do, what is started so may not.
            let asOrdinary = """
                command -v setpriv > /dev/null || exit 99
                if [ "$(id -u)" = 0 ]; then
                  exec setpriv --bounding-set=-sys_nice --inh-caps=-sys_nice "$@"
                fi
                """

            let result = try await bench.run(
                "run", "s.yaml", "--path", "rtp", "--realtime", "--db", "store.sqlite", "--json",
                "-", shell: "ulimit -r 0\n" + asOrdinary
            )

            guard result.code != 99 else { return }
            #expect([0, 4].contains(result.code), "\(result)")
            let said = result.errors.components(separatedBy: "--realtime: ").count - 1
            #expect(said == 1, "\(result.errors)")
            #expect(result.errors.contains("does not allow SCHED_FIFO"))
            #expect(result.errors.contains("CAP_SYS_NICE"))
            let summary = try Summary(result.output)
            #expect(summary["generator", "scheduling", "policy"] as? String == "other")
        }

        @Test func `real time is told in the summary where the system grants it`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(load: "callers: 3"), to: "s.yaml")

            let result = try await bench.run(
                "run", "s.yaml", "--path", "rtp", "--realtime", "--db", "store.sqlite", "--json",
                "-"
            )

            let policy = try Summary(result.output)["generator", "scheduling", "policy"] as? String
            let isRefused = result.errors.contains("does not allow SCHED_FIFO")
            #expect(policy == (isRefused ? "other" : "fifo"))
        }

        @Test(arguments: [
            ["--loops", "0"], ["--loops", "65"], ["--loops", "some"], ["--cpus", "fast"],
            ["--cpus", ""], ["--cpus", "0-"], ["--cpus", "0/"], ["--cpus", "0/0/0"],
            ["--cpus", "8191"], ["--cpus", "0/8191"],
        ])
        func `loops and CPUs that there are none of end with 2 and what there is`(
            _ options: [String]
        ) async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")

            let result = try await Command(["run", "s.yaml"] + options, in: bench).wait()

            #expect(result.end == .exit(2), "\(result)")
            #expect(result.errors.contains(options[0]))
            #expect(result.output.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: bench.place("Results").path))
            if options[1].contains("8191") {
                #expect(result.errors.contains("which are \(Self.allowed())"), "\(result.errors)")
            }
        }
    }
}
