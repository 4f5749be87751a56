import Testing

@testable import Hosting

@Suite struct HostTests {
    @Test(arguments: [0, 1, 16 << 20 - 1]) func `too little memory is refused with what to give`(memory: Int) {
        let failure = #expect(throws: ServeFailure.self) { try Host.check(memory: memory) }
        #expect(failure?.status == 78)
        #expect(failure?.description == "\(memory) bytes of memory are too little to serve well; give at least --memory 16MiB")
    }

    @Test func `the least memory and what is given without a word are accepted`() throws {
        try Host.check(memory: 16 << 20)
        try Host.check(memory: ServeOptions().memory)
    }
}
