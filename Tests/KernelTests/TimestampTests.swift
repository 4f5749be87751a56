import Kernel
import Testing

@Suite struct `Times` {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_827_696_789, "2000-02-29T12:34:56.789Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (1_795_252_620_000, "2026-11-21T09:17:00.000Z"),
        ] as [(Int64, String)])
    func `are written and read as RFC 3339 with milliseconds`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test func `every day over nine centuries comes back`() {
        for day in stride(from: Int64(-135_000), to: 200_000, by: 1) {
            let time = Timestamp(milliseconds: day * 86_400_000 + 43_200_001)
            guard Timestamp(time.description) == time else {
                Issue.record("\(time)")
                return
            }
        }
    }

    @Test func `a fraction is cut to milliseconds, and letters may be small`() {
        #expect(Timestamp("1970-01-01T00:00:00Z")?.milliseconds == 0)
        #expect(Timestamp("1970-01-01T00:00:00.1Z")?.milliseconds == 100)
        #expect(Timestamp("1970-01-01t00:00:00.123999z")?.milliseconds == 123)
    }

    @Test(
        arguments: [
            "", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T00:00:00+00:00", "1970-02-30T00:00:00Z", "2100-02-29T00:00:00Z",
            "1970-13-01T00:00:00Z", "1970-00-01T00:00:00Z", "1970-01-00T00:00:00Z", "1970-01-01T24:00:00Z",
            "1970-01-01T00:60:00Z", "1970-01-01T00:00:60Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00,5Z",
            "1970-01-01 00:00:00Z", "197a-01-01T00:00:00Z", "1970-01-01T00:00:00.1xZ", "+970-01-01T00:00:00Z",
        ])
    func `what is no time is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `adding stops at the ends`() {
        #expect(Timestamp(milliseconds: .max).advanced(by: 1).milliseconds == .max)
        #expect(Timestamp(milliseconds: .min).advanced(by: -1).milliseconds == .min)
        #expect(Timestamp(milliseconds: 5).advanced(by: -7).milliseconds == -2)
        #expect(Timestamp(milliseconds: 1) < Timestamp(milliseconds: 2))
    }

    @Test func `the ends of 64 bits can be written`() {
        #expect(Timestamp(milliseconds: .max).description == "292278994-08-17T07:12:55.807Z")
        #expect(Timestamp(milliseconds: .min).description == "-292275055-05-16T16:47:04.192Z")
    }
}

@Suite struct `UUIDs of version 7` {
    @Test func `carry the example of RFC 9562`() {
        let text = UUIDv7.text(time: Timestamp(milliseconds: 0x017F_22E2_79B0), random: (0xCC3, 0x18C4_DC0C_0C07_398F))
        #expect(text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        #expect(UUIDv7.time(of: text)?.milliseconds == 0x017F_22E2_79B0)
    }

    @Test func `version and variant hold for any random bits`() {
        let ones = UUIDv7.text(time: Timestamp(milliseconds: .max), random: (.max, .max))
        #expect(ones == "ffffffff-ffff-7fff-bfff-ffffffffffff")
        #expect(UUIDv7.text(time: Timestamp(milliseconds: -5), random: (0, 0)) == "00000000-0000-7000-8000-000000000000")
    }

    @Test func `rise with time`() {
        let texts = (0..<100).map { UUIDv7.text(time: Timestamp(milliseconds: $0 * 1000), random: (.max, .max)) }
        #expect(texts == texts.sorted())
    }

    @Test(
        arguments: [
            "", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017f22e279b07cc398c4dc0c0c07398f",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "+17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-+8c4-dc0c0c07398f", "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",
        ])
    func `text that is no UUIDv7 has no time`(text: String) {
        #expect(UUIDv7.time(of: text) == nil)
    }
}
