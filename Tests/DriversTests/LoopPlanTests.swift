import Planning
import Testing
import Timeline

@testable import Drivers

@Suite struct LoopPlanTests {
    private func closed(_ callers: Int) -> Arrivals {
        .closed(
            firstCalls: Array(repeating: .zero, count: callers), repeating: .lasting(.seconds(1)))
    }

    private func count(_ asked: Int, _ arrivals: Arrivals, together: Int = 1) -> Int {
        let order: PathOrder = together > 1 ? .together : .sequential
        return LoopPlan(count: asked).limited(to: arrivals, order: order, paths: together).count
    }

    @Test func `loops that no caller would come to are left out`() {
        #expect(count(8, closed(3)) == 3)
        #expect(count(8, closed(3), together: 2) == 6)
        #expect(count(8, closed(500)) == 8)
        #expect(count(100, closed(500)) == 64)
        #expect(count(0, closed(5)) == 1)
        #expect(count(4, .open(calls: [.zero, .seconds(1)], lasting: .seconds(2))) == 2)
    }

    @Test func `on each CPU there is one loop, by default`() throws {
        #expect(LoopPlan().count >= 1)
        #expect(LoopPlan().count <= CPUList.allowed.numbers.count)
        #expect(LoopPlan(cpus: try CPUList(parsing: "2,4,6")).count == 3)
        #expect(LoopPlan(count: 1, cpus: try CPUList(parsing: "2,4,6")).count == 1)
    }

    @Test func `loops follow the CPUs given, beginning anew behind the last`() throws {
        let plan = LoopPlan(count: 5, cpus: try CPUList(parsing: "2,7"))
        #expect((0..<5).map { plan.cpu(ofLoop: $0) } == [2, 7, 2, 7, 2])
        #expect(LoopPlan(count: 2).cpu(ofLoop: 1) == nil)
    }
}

@Suite struct LoopRotaTests {
    @Test func `calls go where the fewest of their path are`() {
        var rota = LoopRota(loops: 3, paths: 2)
        let places = (0..<6).map { rota.place(CallID(path: 0, number: $0)) }
        #expect(places == [0, 1, 2, 0, 1, 2])

        // Loop 1 has lost both of its calls: the next two are its own.
        rota.ended(CallID(path: 0, number: 1))
        rota.ended(CallID(path: 0, number: 4))
        #expect(rota.place(CallID(path: 0, number: 6)) == 1)
        #expect(rota.place(CallID(path: 0, number: 7)) == 1)
        #expect(rota.place(CallID(path: 0, number: 8)) == 0)
    }

    @Test func `of loops with as many of a path, the one with fewer of all is taken`() {
        var rota = LoopRota(loops: 2, paths: 2)
        #expect(rota.place(CallID(path: 0, number: 0)) == 0)
        #expect(rota.place(CallID(path: 1, number: 0)) == 1)
        #expect(rota.place(CallID(path: 1, number: 1)) == 0)
    }

    @Test func `however long calls last, no loop has more than one above another`() {
        var rota = LoopRota(loops: 4, paths: 1)
        var generator = SeededGenerator(seed: 5, stream: "calls")
        var up: [(number: Int, loop: Int)] = []
        for number in 0..<2_000 {
            if up.count >= 40 {
                let gone = up.remove(at: Int(generator.next() % UInt64(up.count)))
                rota.ended(CallID(path: 0, number: gone.number))
            }
            let before = (0..<4).map { loop in up.count { $0.loop == loop } }
            let loop = rota.place(CallID(path: 0, number: number))
            #expect(before[loop] == before.min())
            up.append((number, loop))
        }
    }
}
