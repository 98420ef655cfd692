import Analysis
import ArgumentParser
import Drivers

/// How and where the generator's event loops run, and what is beside them.
struct LoopOptions: ParsableArguments {
    @Option(
        help:
            "Event loops that share the callers, 1 to 64; one for each CPU it may use, by default.")
    var loops: Int?

    @Option(
        help: ArgumentHelp(
            "CPUs of the loops, and after a slash those of the embedded agent and gateways, as in 0-1/2-3.",
            valueName: "list[/list]"))
    var cpus: String?

    @Flag(help: "Run the loops ahead of everything else (SCHED_FIFO), where the system allows it.")
    var realtime = false

    /// What was asked for, for a run on this host.
    ///
    /// - Throws: a number or list that makes no sense here.
    func placement() throws -> RunPlacement {
        if let loops, !(1...LoopPlan.most).contains(loops) {
            throw CommandFailure(
                status: .usage, message: "--loops \(loops): write 1 to \(LoopPlan.most)")
        }
        var lists: [CPUList] = []
        for text in cpus?.split(separator: "/", omittingEmptySubsequences: false) ?? [] {
            lists.append(try list(text))
        }
        guard lists.count <= 2 else {
            throw CommandFailure(
                status: .usage,
                message: "--cpus \(cpus ?? ""): write one list, or two with a slash between them")
        }
        return RunPlacement(
            loops: LoopPlan(count: loops, cpus: lists.first, isRealtime: realtime),
            agentCPUs: lists.count == 2 ? lists[1] : nil)
    }

    private func list(_ text: Substring) throws -> CPUList {
        do throws(CPUList.Problem) {
            let list = try CPUList(parsing: text)
            if let problem = list.problem(among: .allowed) { throw problem }
            return list
        } catch {
            var message = "--cpus: \(error.message)"
            if !message.hasSuffix("\(CPUList.allowed)") {
                message += "; this process may use \(CPUList.allowed)"
            }
            throw CommandFailure(status: .usage, message: message)
        }
    }
}
