import Glibc
import Kernel

/// Makes rising UUIDv7s: within one millisecond the 12 bits behind the time count up.
struct IDSource {
    private var milliseconds: Int64 = 0
    private var counter: UInt64 = 0
    // why: ids must differ between clients, and nothing replays them
    private var random = SystemRandomNumberGenerator()

    mutating func next() -> String {
        let now = IDSource.now()
        if now > milliseconds {
            (milliseconds, counter) = (now, random.next() & 0x3FF)
        } else if counter < 0xFFF {
            counter += 1
        } else {
            (milliseconds, counter) = (milliseconds + 1, 0)
        }
        return UUIDv7.text(time: Timestamp(milliseconds: milliseconds), random: (counter, random.next()))
    }

    private static func now() -> Int64 {
        var time = timespec()
        // why: a UUIDv7 begins with the wall clock
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
