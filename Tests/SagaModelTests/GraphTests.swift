import SagaModel
import Testing

@Suite struct GraphTests {
    //     a ─┬─ c ── d
    //     b ─┘       e
    private let graph = Graph(names: ["d", "c", "b", "a", "e"], needs: [[1], [3, 2], [], [], []])

    @Test func `the order follows the needs, and the bytes of the names among equals`() {
        #expect(graph.order == [3, 2, 4, 1, 0])
    }

    @Test func `reachability is transitive`() {
        #expect(graph.isAfter(0, 3))
        #expect(!graph.isAfter(3, 0))
        #expect(graph.areParallel(2, 3))
        #expect(graph.areParallel(4, 0))
        #expect(!graph.areParallel(0, 1))
        #expect(!graph.areParallel(1, 1))
    }

    @Test func `steps on a cycle and behind it have no place in the order`() {
        let cyclic = Graph(names: ["a", "b", "c", "d"], needs: [[1], [0], [1], []])
        #expect(cyclic.order == [3])
    }
}
