/// First in, first out, in constant time on average. What was taken is let go at once; its room when half of it is unused.
struct Queue<Element> {
    private var slots: [Element?] = []
    private var start = 0

    var count: Int { slots.count - start }
    var isEmpty: Bool { start == slots.count }
    var first: Element? { isEmpty ? nil : slots[start] }
    /// Slots held, used or not: at most twice `count` and one.
    var capacity: Int { slots.count }

    mutating func append(_ element: Element) { slots.append(element) }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        defer {
            slots[start] = nil
            start += 1
            if start > slots.count / 2 {
                slots.removeFirst(start)
                start = 0
            }
        }
        return slots[start]
    }

    mutating func removeAll() { self = Queue() }
}
