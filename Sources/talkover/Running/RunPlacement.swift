import Analysis
import Drivers

/// Where a run's processes and loops go.
struct RunPlacement: Sendable {
    var loops = LoopPlan()
    /// Of the embedded agent and the gateways; `nil` for wherever this process may run.
    var agentCPUs: CPUList?

    /// What the agent and the gateways are started on: this process may have fewer by then.
    let others: CPUList

    init(loops: LoopPlan = LoopPlan(), agentCPUs: CPUList? = nil) {
        self.loops = loops
        self.agentCPUs = agentCPUs
        others = agentCPUs ?? .allowed
    }

    /// Puts this process where its loops are to be, and says what it may not do.
    func settle() throws {
        // As it is before this process gives up any of it: what a self-test is known by.
        _ = RunIdentity.host
        do {
            try loops.cpus?.restrictProcess()
        } catch {
            throw CommandFailure(status: .environment, message: "--cpus: \(error)")
        }
        if let refusal = loops.refusal { Console.note(refusal) }
    }

    /// How the loops ran, as it is kept and reported.
    func record(of scheduling: LoopScheduling?) -> GeneratorScheduling? {
        scheduling.map {
            GeneratorScheduling(
                policy: .init($0.policy), loops: $0.loops, cpus: $0.cpus.numbers,
                isPinned: $0.isPinned, agentCPUs: agentCPUs?.numbers)
        }
    }
}

extension GeneratorScheduling.Policy {
    fileprivate init(_ policy: LoopScheduling.Policy) {
        switch policy {
        case .ordinary: self = .other
        case .roundRobin: self = .roundRobin
        case .firstInFirstOut: self = .firstInFirstOut
        }
    }
}
