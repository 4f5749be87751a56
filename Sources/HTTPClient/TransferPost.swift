import CCurl
import Synchronization

/// Hands requests to the thread that owns libcurl's handles.
final class TransferPost: Sendable {
    typealias Continuation = CheckedContinuation<Result<HTTPResponse, HTTPFailure>, Never>

    enum Letter: Sendable {
        case start(UInt64, HTTPRequest, Continuation)
        case cancel(UInt64)
        case stop
    }

    // why: the loop's thread alone uses the handle, but for curl_multi_wakeup, which libcurl allows from any thread
    private struct Multi: @unchecked Sendable { let handle: UnsafeMutableRawPointer }

    private let letters = Mutex<[Letter]>([])
    private let multi: Multi

    init() throws(HTTPFailure) {
        guard let handle = curl_multi_init() else { throw HTTPFailure(wasSent: false, "libcurl has no memory") }
        multi = Multi(handle: handle)
    }

    deinit { curl_multi_cleanup(multi.handle) }

    /// For the loop's thread.
    var handle: UnsafeMutableRawPointer { multi.handle }

    /// Any thread, at once.
    func post(_ letter: Letter) {
        letters.withLock { $0.append(letter) }
        curl_multi_wakeup(multi.handle)
    }

    func take() -> [Letter] {
        letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }
}
