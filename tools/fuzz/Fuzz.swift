import FuzzTargets
import Glibc

/// What libFuzzer calls with each input; SKALD_FUZZ names the target.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target else { return -1 }
    target.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}

private let target = getenv("SKALD_FUZZ").flatMap { FuzzTarget(rawValue: String(cString: $0)) }
