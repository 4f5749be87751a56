/// The steps of a definition as a graph of needs: orders and reachability, computed once.
public struct Graph: Sendable {
    /// Direct needs and direct dependants by step index.
    public let needs: [[Int]]
    public let dependants: [[Int]]
    /// Steps so that every step comes after its needs; ties in byte order of the name. Steps on a cycle are left out.
    public let order: [Int]
    private let ancestors: [Set<Int>]
    private let indexes: [String: Int]

    public init(steps: [Step]) { self.init(names: steps.map(\.name), needs: steps.map(\.needs)) }

    public init(names: [String], needs: [[Int]]) {
        self.needs = needs
        var dependants = Array(repeating: [Int](), count: needs.count)
        for (step, itsNeeds) in needs.enumerated() { for need in itsNeeds { dependants[need].append(step) } }
        self.dependants = dependants
        order = Graph.topologicalOrder(names: names, needs: needs, dependants: dependants)
        var ancestors = Array(repeating: Set<Int>(), count: needs.count)
        for step in order {
            for need in needs[step] { ancestors[step].formUnion(ancestors[need].union([need])) }
        }
        self.ancestors = ancestors
        indexes = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    public func index(of name: String) -> Int? { indexes[name] }
    /// Whether `step` comes (transitively) after `other`.
    public func isAfter(_ step: Int, _ other: Int) -> Bool { ancestors[step].contains(other) }
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
