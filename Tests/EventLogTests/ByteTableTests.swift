import EventLog
import Kernel
import Testing

@Suite struct ByteTableTests {
    private static func strings(_ count: Int, prefix: [UInt8], _ random: inout SplitMix) -> [[UInt8]] {
        (0..<count).map { _ in
            let length = Int(random.next() % 12)
            return prefix + (0..<length).map { _ in [0, 1, 0x61, 0xFF][Int(random.next() % 4)] }
        }
    }

    @Test(arguments: [0, 5_000]) func `it tells what a dictionary tells, and forgets what came last`(_ capacity: Int) {
        var random = SplitMix(state: 7)
        var table = ByteTable(capacity: capacity)
        var numbers: [[UInt8]: Int] = [:]
        var order: [[UInt8]] = []
        for string in Self.strings(4_000, prefix: [], &random) {
            if random.next() % 4 == 0, let last = order.popLast() {
                table.removeLast()
                numbers[last] = nil
            }
            let (number, isNew) = string.withUnsafeBytes { table.insert($0) }
            #expect(number == numbers[string] ?? order.count && isNew == (numbers[string] == nil))
            if isNew {
                numbers[string] = number
                order.append(string)
            }
            #expect(table.count == order.count)
        }
        for string in Self.strings(2_000, prefix: [], &random) + order {
            #expect(string.withUnsafeBytes { table.number(of: $0) } == numbers[string])
        }
        for (number, string) in order.enumerated() { #expect(table.lend(number) { [UInt8]($0) } == string) }
    }

    @Test(arguments: [0, 1, 3]) func `what rises is told as what comes in any order`(_ removals: Int) {
        var random = SplitMix(state: 5)
        var table = ByteTable()
        var numbers: [[UInt8]: Int] = [:]
        let strings = Self.strings(3_000, prefix: [], &random).sorted { $0.lexicographicallyPrecedes($1) }
        for (index, string) in strings.enumerated() {
            // What is behind all, what is before, and what is there.
            for asked in [string, strings[Int(random.next() % 3_000)], strings[index / 2], string + [0]] {
                #expect(asked.withUnsafeBytes { table.number(of: $0) } == numbers[asked])
            }
            let (number, isNew) = string.withUnsafeBytes { table.insert($0) }
            #expect(isNew == (numbers[string] == nil))
            numbers[string] = number
            if isNew, index % 1_000 < removals {
                table.removeLast()
                numbers[string] = nil
            }
        }
    }

    @Test(arguments: ["", "the very same beginning "]) func `it sorts strings of every length by their bytes`(_ prefix: String) {
        var random = SplitMix(state: 11)
        var table = ByteTable()
        for string in Self.strings(2_000, prefix: Array(prefix.utf8), &random) { _ = string.withUnsafeBytes { table.insert($0) } }
        let strings = table.sorted().map { number in table.lend(number) { [UInt8]($0) } }
        #expect(strings.count == table.count)
        for (left, right) in zip(strings, strings.dropFirst()) { #expect(left.lexicographicallyPrecedes(right)) }
    }
}
