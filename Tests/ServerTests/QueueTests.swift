import Testing

@testable import Server

@Suite struct QueueTests {
    @Test func `what goes in first comes out first`() {
        var queue = Queue<Int>()
        #expect(queue.popFirst() == nil && queue.first == nil)
        for n in 1...5 { queue.append(n) }
        #expect([queue.popFirst(), queue.popFirst()] == [1, 2])
        queue.append(6)
        #expect(queue.count == 4 && queue.first == 3)
        var rest: [Int] = []
        while let next = queue.popFirst() { rest.append(next) }
        #expect(rest == [3, 4, 5, 6] && queue.isEmpty)
    }

    @Test func `a queue that never runs empty does not grow`() {
        var queue = Queue<Int>()
        for n in 0..<10 { queue.append(n) }
        for n in 10..<10_000 {
            queue.append(n)
            #expect(queue.popFirst() == n - 10)
            #expect(queue.capacity <= 2 * queue.count + 2)
        }
    }
}
