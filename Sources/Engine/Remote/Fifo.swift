/// A queue: taken out at the front, added behind, and put back in front, in constant time over many calls.
struct Fifo<Element: Sendable>: Sendable {
    /// From the next to the last.
    private var items: [Element] = []
    private var start = 0
    /// Put back in front of all others, the next one last.
    private var returned: [Element] = []

    var count: Int { returned.count + items.count - start }
    var isEmpty: Bool { returned.isEmpty && start == items.count }
    var first: Element? { returned.last ?? (start < items.count ? items[start] : nil) }
    /// From the first to the last.
    var all: [Element] { returned.reversed() + items[start...] }

    mutating func append(_ element: Element) { items.append(element) }
    mutating func putBack(_ element: Element) { returned.append(element) }

    mutating func removeAll(where isOver: (Element) -> Bool) {
        items = all.filter { !isOver($0) }
        (start, returned) = (0, [])
    }

    mutating func popFirst() -> Element? {
        if let element = returned.popLast() { return element }
        guard start < items.count else { return nil }
        let element = items[start]
        start += 1
        if start >= 32, start * 2 >= items.count {
            items.removeFirst(start)
            start = 0
        }
        return element
    }
}
