import Kernel
import Testing

@testable import EventLog

@Suite struct ByteHashTests {
    @Test func `every bit of strings of any length changes half of the hash`() {
        var chance = SplitMix(state: 7)
        for length in 1...80 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &chance) }
            var changed = 0
            for bit in 0..<8 * length {
                var other = bytes
                other[bit / 8] ^= 1 << (bit % 8)
                changed += (hash(bytes) ^ hash(other)).nonzeroBitCount
            }
            let mean = Double(changed) / Double(8 * length)
            // Of 8 samples the mean is within 8 of 32 with a standard deviation of 1.4, of more within less.
            #expect((24...40).contains(mean), "\(length) bytes: \(mean) bits")
        }
    }

    @Test func `zeros of different lengths have different hashes`() {
        #expect(Set((0..<200).map { hash([UInt8](repeating: 0, count: $0)) }).count == 200)
    }

    @Test func `numbered names fall as evenly as by chance, by their low bits and by their high ones`() {
        let names =
            (0..<65_536).map { Array("account-\($0)".utf8) }
            + (0..<65_536).map { withUnsafeBytes(of: UInt64($0).bigEndian, Array.init) }
        for shift in [0, 48] {
            var places = [Int](repeating: 0, count: 65_536)
            for name in names { places[Int(truncatingIfNeeded: hash(name) >> UInt64(shift)) & 0xFFFF] += 1 }
            // Two for each place: by chance 13.5 % stay empty, and more than 16 in one is one in a hundred thousand runs.
            #expect((8_400...9_300).contains(places.count { $0 == 0 }), "\(places.count { $0 == 0 }) places are empty")
            #expect((places.max() ?? 0) <= 16)
        }
    }

    private func hash(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { ByteHash.of($0) } }
}
