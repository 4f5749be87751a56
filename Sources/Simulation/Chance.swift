import Kernel

/// Seeded choices. The same seed and parts give the same choices in every process.
struct Chance: Sendable {
    private var random: SplitMix

    /// Different parts under one seed are independent of one another: what one step draws changes nothing for the next.
    init(_ seed: UInt64, _ parts: UInt64...) {
        random = SplitMix(state: seed)
        for part in parts { random = SplitMix(state: random.next() ^ part &* 0x9E37_79B9_7F4A_7C15) }
    }

    mutating func next() -> UInt64 { random.next() }

    /// From 0 to `bound` − 1. The bias of the remainder does not matter here.
    mutating func below(_ bound: Int) -> Int { Int(next() >> 1) % bound }

    mutating func within(_ range: ClosedRange<Int64>) -> Int64 { range.lowerBound + Int64(below(range.count)) }

    mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

    /// One of the values, each as likely as its weight says.
    mutating func weighted<Value>(_ choices: [(weight: Int, value: Value)]) -> Value {
        var left = below(choices.reduce(0) { $0 + $1.weight })
        for choice in choices {
            if left < choice.weight { return choice.value }
            left -= choice.weight
        }
        preconditionFailure("weights were counted wrongly")
    }
}
