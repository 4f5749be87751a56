import CCurl
import Synchronization
import Threads

/// Sends HTTP requests: libcurl's multi handle on a thread of its own.
///
///     send() ─letter─▶ [ curl_multi_perform · curl_multi_poll ] ─continuation─▶ response
///
/// Certificates are verified, connections are used again, proxies come from the environment as for curl. Any thread or task may
/// call it; nothing blocks the caller.
public final class HTTPClient: Sendable {
    private let post: TransferPost
    private let ids = Atomic<UInt64>(0)

    /// `authorities`: a file of certificates to trust instead of the system's.
    public init(authorities: String? = nil) throws(HTTPFailure) {
        guard Self.isLibraryReady else { throw HTTPFailure(wasSent: false, "libcurl cannot start") }
        let post = try TransferPost()
        self.post = post
        do throws(ThreadError) {
            _ = try OwnedThread("skald-http") { TransferLoop(post, authorities).run() }
        } catch {
            throw HTTPFailure(wasSent: false, "\(error)")
        }
    }

    deinit { post.post(.stop) }

    /// Curl's own state for the process; done once, as it says.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Waits for the whole answer. A task that is cancelled ends the request.
    public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        var response = try await sendOnce(request)
        var request = request
        for _ in 0..<HTTPLimits.redirects {
            guard let next = request.redirected(by: response) else { break }
            request = next
            response = try await sendOnce(request)
        }
        return response
    }

    private func sendOnce(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let id = ids.add(1, ordering: .relaxed).newValue
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                post.post(.start(id, request, continuation))
                // What was cancelled before this line was cancelled before it began.
                if Task.isCancelled { post.post(.cancel(id)) }
            }
        } onCancel: {
            post.post(.cancel(id))
        }
        return try outcome.get()
    }
}
