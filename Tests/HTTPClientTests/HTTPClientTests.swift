import Testing

@testable import HTTPClient

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTests {
    private func failure(_ request: HTTPRequest) async throws -> HTTPFailure? {
        do throws(HTTPFailure) { _ = try await HTTPClient().send(request) } catch { return error }
        return nil
    }

    @Test func `a response is read with its headers, its time to come back and its body`() async throws {
        let server = try CannedServer([
            "HTTP/1.1 100 Continue\r\nx-early: 1\r\n\r\n"
                + "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nX-A:  b \r\nx-a: c\r\nContent-Length: 2\r\n\r\n{}"
        ])
        let response = try await HTTPClient().send(HTTPRequest(.post, server.url, body: [1, 2]))
        #expect(response.status == 503)
        #expect(response.body == Array("{}".utf8))
        #expect(response.retryAfter == .seconds(7))
        #expect(response.headers.map(\.name) == ["retry-after", "x-a", "x-a", "content-length"])
        #expect(response.headers.value("X-A") == "b")
    }

    @Test func `a date says when to come back as well, and one gone by says at once`() async throws {
        let server = try CannedServer([
            "HTTP/1.1 429 No\r\nRetry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n",
        ])
        let client = try HTTPClient()
        #expect(try await client.send(HTTPRequest(.get, server.url)).retryAfter == .zero)
        #expect(try await client.send(HTTPRequest(.get, server.url)).retryAfter == nil)
    }

    @Test func `a long body is cut and said to be`() async throws {
        for (extra, isCut) in [(0, false), (1, true)] {
            let size = HTTPLimits.body + extra
            let server = try CannedServer([
                "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n" + String(repeating: "x", count: size)
            ])
            let response = try await HTTPClient().send(HTTPRequest(.get, server.url))
            #expect(response.isCut == isCut)
            #expect(response.status == 200)
        }
    }

    @Test func `of a refused connection it is certain that nothing was sent`() async throws {
        let server = try CannedServer([], isListening: false)
        #expect(try await failure(HTTPRequest(.post, server.url, body: [1]))?.wasSent == false)
    }

    @Test(arguments: ["ftp://127.0.0.1/", "file:///etc/passwd", "http://no-such-host.invalid/", "http://"])
    func `nor was anything sent to what is no service`(url: String) async throws {
        #expect(try await failure(HTTPRequest(.get, url))?.wasSent == false)
    }

    @Test func `a service that does not speak TLS is never sent the request`() async throws {
        let server = try CannedServer(["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
        let url = server.url.replacing("http:", with: "https:")
        #expect(try await failure(HTTPRequest(.get, url))?.wasSent == false)
    }

    @Test func `a service that does not answer in time may have done what was asked`() async throws {
        let server = try CannedServer([])
        #expect(try await failure(HTTPRequest(.post, server.url, body: [1], timeout: .milliseconds(100)))?.wasSent == true)
    }

    @Test(arguments: ["", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "HTTP/1.1 200 OK\r\nx: "])
    func `half an answer, or none that is HTTP, is a failure after sending`(text: String) async throws {
        let server = try CannedServer([text])
        #expect(try await failure(HTTPRequest(.post, server.url, body: [1]))?.wasSent == true)
    }

    @Test func `a request ends with the task that waits for it`() async throws {
        let server = try CannedServer([])
        let client = try HTTPClient()
        let request = HTTPRequest(.post, server.url, body: [1], timeout: .seconds(50))
        let outcome = await withTaskGroup(of: HTTPFailure?.self) { group in
            group.addTask {
                do throws(HTTPFailure) { _ = try await client.send(request) } catch { return error }
                return nil
            }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(outcome?.message == HTTPFailure.cancelled)
    }

    @Test func `many requests at once do not wait for each other`() async throws {
        let silent = try CannedServer([])
        let server = try CannedServer(Array(repeating: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", count: 20))
        let client = try HTTPClient()
        await withTaskGroup(of: Int.self) { group in
            let waiting = HTTPRequest(.get, silent.url, timeout: .seconds(50))
            group.addTask { (try? await client.send(waiting))?.status ?? 0 }
            for _ in 0..<20 { group.addTask { (try? await client.send(HTTPRequest(.get, server.url)))?.status ?? 0 } }
            for _ in 0..<20 { #expect(await group.next() == 200) }
            group.cancelAll()
        }
    }

    @Test func `redirects are followed as often as is allowed`() async throws {
        let turn = "HTTP/1.1 307 Turn\r\nLocation: /next\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        let end = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        for (turns, status) in [(HTTPLimits.redirects, 200), (HTTPLimits.redirects + 1, 307)] {
            let server = try CannedServer(Array(repeating: turn, count: turns) + [end])
            let response = try await HTTPClient().send(HTTPRequest(.post, server.url, body: [1], followsRedirects: true))
            #expect(response.status == status)
        }
    }
}
