import Kernel

/// The steps of a definition as a graph of needs: orders and reachability, computed once.
public struct Graph: Sendable {
    /// Direct needs and direct dependants by step index.
    public let needs: [[Int]]
    public let dependants: [[Int]]
    /// Steps so that every step comes after its needs; ties in byte order of the name. Steps on a cycle are left out.
    public let order: [Int]
    /// For each step a row of bits, one per step that comes before it.
    private let before: [UInt64]
    private let rowWords: Int
    /// Where each step stands in the byte order of the names.
    private let ranks: [Int]
    private let names: [String]
    private let indexes: [String: Int]

    public init(steps: [Step]) { self.init(names: steps.map(\.name), needs: steps.map(\.needs)) }

    public init(names: [String], needs: [[Int]]) {
        self.needs = needs
        var dependants = Array(repeating: [Int](), count: needs.count)
        for (step, itsNeeds) in needs.enumerated() { for need in itsNeeds { dependants[need].append(step) } }
        self.dependants = dependants
        order = Graph.topologicalOrder(names: names, needs: needs, dependants: dependants)
        let rowWords = (needs.count + 63) / 64
        var before = Array(repeating: UInt64(0), count: needs.count * rowWords)
        for step in order {
            for need in needs[step] {
                for word in 0..<rowWords { before[step * rowWords + word] |= before[need * rowWords + word] }
                before[step * rowWords + need / 64] |= 1 << UInt64(need % 64)
            }
        }
        self.before = before
        self.rowWords = rowWords
        var ranks = Array(repeating: 0, count: names.count)
        let byName = names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
        for (rank, step) in byName.enumerated() { ranks[step] = rank }
        self.ranks = ranks
        self.names = names
        indexes = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    /// Where the step of this name stands. Among a few a look at each is cheaper than hashing the name.
    public func index(of name: String) -> Int? {
        names.count > 8 ? indexes[name] : names.indices.first { names[$0].hasBytes(of: name) }
    }
    /// Whether `step` comes (transitively) after `other`.
    public func isAfter(_ step: Int, _ other: Int) -> Bool {
        before[step * rowWords + other / 64] >> UInt64(other % 64) & 1 == 1
    }
    /// Whether a step's name comes before another's in byte order.
    public func isNamed(_ step: Int, before other: Int) -> Bool { ranks[step] < ranks[other] }
    /// Whether the two steps may run at the same time.
    public func areParallel(_ a: Int, _ b: Int) -> Bool { a != b && !isAfter(a, b) && !isAfter(b, a) }

    private static func topologicalOrder(names: [String], needs: [[Int]], dependants: [[Int]]) -> [Int] {
        var missing = needs.map { Set($0).count }
        let byName = { (a: Int, b: Int) in names[a].utf8.lexicographicallyPrecedes(names[b].utf8) }
        var ready = needs.indices.filter { missing[$0] == 0 }.sorted(by: byName)
        var order: [Int] = []
        while !ready.isEmpty {
            order.append(contentsOf: ready)
            var next: Set<Int> = []
            for step in ready {
                for dependant in Set(dependants[step]) {
                    missing[dependant] -= 1
                    if missing[dependant] == 0 { next.insert(dependant) }
                }
            }
            ready = next.sorted(by: byName)
        }
        return order
    }
}
