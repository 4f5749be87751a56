/// The states a walk has met, as fixed rows of words in one buffer, found by open addressing.
struct WalkTable {
    private let width: Int
    private var words: [UInt32] = []
    /// Row number + 1; 0 where free.
    private var slots: [UInt32]
    private(set) var count = 0

    init(width: Int) {
        self.width = width
        slots = Array(repeating: 0, count: 1024)
    }

    func row(_ index: Int) -> ArraySlice<UInt32> { words[index * width..<(index + 1) * width] }

    func contains(_ row: [UInt32]) -> Bool { slots[slot(of: row)] != 0 }

    /// Adds a row; false when it was there before.
    mutating func insert(_ row: [UInt32]) -> Bool {
        if (count + 1) * 2 > slots.count { grow() }
        let slot = slot(of: row)
        if slots[slot] != 0 { return false }
        words.append(contentsOf: row)
        count += 1
        slots[slot] = UInt32(count)
        return true
    }

    /// Where a row is, or would go.
    private func slot(of row: [UInt32]) -> Int {
        var slot = Self.hash(row[...]) & (slots.count - 1)
        while slots[slot] != 0, !self.row(Int(slots[slot]) - 1).elementsEqual(row) { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        var larger = Array(repeating: UInt32(0), count: slots.count * 2)
        for index in 0..<count {
            var slot = Self.hash(row(index)) & (larger.count - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = UInt32(index + 1)
        }
        slots = larger
    }

    /// FNV-1a over the words, and a last mix: the low bits choose the slot.
    private static func hash(_ row: ArraySlice<UInt32>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in row { hash = (hash ^ UInt64(word)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }
}
