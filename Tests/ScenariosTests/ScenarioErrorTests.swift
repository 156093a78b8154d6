import Scenarios
import Settings
import Testing

@Suite struct ScenarioErrorTests {
    private static let name =
        "a name of 1 to 64 letters, digits, '.', '_' and '-' that begins with a letter, a digit or '_'"
    private static let metrics =
        "elapsed, efficiency, group_efficiency, speedup, speedup_pipelined, pool_peak, server_sessions, server_bytes, ce_rss, ce_anonymous"

    /// Each with one change to the sample.
    @Test(arguments: [
        (
            "name: sample", "title: sample",
            "s.yaml:4:1: key 'title' is not known\ns.yaml:4:1: the key 'name' is missing"
        ),
        ("name: sample", "name: -x", "s.yaml:4:7: name is '-x'; expected \(name)"),
        ("name: sample", "name: ../x", "s.yaml:4:7: name is '../x'; expected \(name)"),
        (
            "name: sample", "name: x\nseed: yes",
            "s.yaml:5:7: seed is 'yes'; expected a whole number from 0 to 18446744073709551615"
        ),
        ("name: sample", "name: x\ntimeout: 0s", "s.yaml:5:10: timeout is 0ns; it must be from 1ms to 24h"),
        ("name: sample", "name: x\nfaults: []", "s.yaml:5:1: key 'faults' is not known (did you mean 'defaults'?)"),
        (
            "rate: 100Mbit", "rate: 100",
            "s.yaml:5:23: server.link.rate is '100'; expected a rate such as 100Mbit, 1Gbit, 512kbit or 2MB/s"
        ),
        ("rate: 100Mbit", "rate: 10bit", "s.yaml:5:23: server.link.rate is 10bit; it must be from 1kbit to 400Gbit"),
        ("latency: 2ms", "latency: 11s", "s.yaml:5:41: server.link.latency is 11s; it must be from 0ns to 10s"),
        (
            "{link: {rate: 100Mbit, latency: 2ms}}", "{protocol: tftp}",
            "s.yaml:5:20: server.protocol is 'tftp'; expected one of ftp, http (did you mean 'ftp'?)"
        ),
        (
            "{link: {rate: 100Mbit, latency: 2ms}}", "{program: vsftp}",
            "s.yaml:5:19: server.program is 'vsftp'; expected vsftpd (did you mean 'vsftpd'?)"
        ),
        (
            "server: {link", "server: {program: vsftpd, link",
            "s.yaml:5:58: server.link.latency cannot be made: only the embedded server's link has a latency"
        ),
        (
            "server: {link", "server: {protocol: ftp, program: vsftpd, link",
            "s.yaml:5:25: server: 'protocol' and 'program' exclude each other: an embedded server has a protocol, one that is started a program, one that runs a URL"
        ),
        (
            "{link: {rate: 100Mbit, latency: 2ms}}", "{url: \"file:///x\"}",
            "s.yaml:5:15: server.url begins with 'file:'; expected one of ftp, ftpes, ftps, http and https"
        ),
        ("server: {", "server: {user: u, ", "s.yaml:5:10: server: 'user' is there without 'password'"),
        (
            "{link: {rate: 100Mbit, latency: 2ms}}", "{program: vsftpd, user: u}",
            "s.yaml:5:27: server: a program that the simulator starts serves anonymously; remove 'user'"
        ),
        ("size: 16MiB, ", "", "s.yaml:6:20: images.adsl-2.0 has neither size nor file; give one of them"),
        (
            "size: 16MiB", "size: 16MiB, file: x",
            "s.yaml:6:40: images.adsl-2.0.file and size exclude each other: an image is generated, or it is a file"
        ),
        ("size: 16MiB", "size: 0", "s.yaml:6:27: images.adsl-2.0.size is 0B; it must be from 1B to 16GiB"),
        (", version: 2.0.0", "", "s.yaml:6:20: images.adsl-2.0 lacks the key 'version'"),
        (
            "other: {file", ".other: {file",
            "s.yaml:6:51: images: key '.other' is not \(name)\ns.yaml:8:19: defaults.image is 'other', which is not among the images: adsl-2.0"
        ),
        (
            "memory: 1MiB", "memory: 1MiB, blocks: 17",
            "s.yaml:7:28: ce.blocks is 17, and 17 blocks of 64KiB need 1088KiB, but memory is 1MiB only"
        ),
        (
            "image: adsl-2.0", "image: adls-2.0",
            "s.yaml:9:23: kinds.adsl.image is 'adls-2.0', which is not among the images: adsl-2.0, other (did you mean 'adsl-2.0'?)"
        ),
        (
            "profile: spi-nor", "profile: spi-nro",
            "s.yaml:9:50: kinds.adsl.flash.profile is 'spi-nro'; expected one of nor-2002, nor-m29w, spi-nor, slc-nand, mlc-nand, instant (did you mean 'spi-nor'?)"
        ),
        ("scale: 0.1", "scale: -1", "s.yaml:9:66: kinds.adsl.flash.scale is '-1'; expected a number from 0 to 1000"),
        (
            "kind: adsl", "kind: adls",
            "s.yaml:10:23: groups.adsl.kind is 'adls', which is not among the kinds: adsl (did you mean 'adsl'?)"
        ),
        ("kind: adsl, ", "", "s.yaml:10:16: groups.adsl lacks the key 'kind'"),
        ("slots: 1-3", "slots: 0-3", "s.yaml:10:36: groups.adsl.slots has slot 0; slots are from 1 to 65535"),
        ("slots: 1-3", "slots: 3-1", "s.yaml:10:36: groups.adsl.slots has the range 3-1, which ends before it begins"),
        ("slots: 1-3", "slots: \"1-3,2\"", "s.yaml:10:36: groups.adsl.slots has slot 2 twice"),
        ("slots: 1-3", "slots: [1-3, 3]", "s.yaml:10:42: groups.adsl.slots[1] has slot 3 twice"),
        ("slots: 1-3", "slots: 1-65536", "s.yaml:10:36: groups.adsl.slots has slot 65536; slots are from 1 to 65535"),
        (
            "slots: 1-3", "slots: 1-20000",
            "s.yaml:10:36: groups.adsl.slots has more than 10000 slots, the most that a shelf has here"
        ),
        ("slots: 1-3", "slots: one", "s.yaml:10:36: groups.adsl.slots has 'one'; expected slots such as 1-4,7,9-12"),
        (
            "slots: 1-3", "slots: []",
            "s.yaml:10:36: groups.adsl.slots is empty; expected slots such as 1-4,7,9-12\ns.yaml:10:48: groups.adsl.cards: slot 2 is not among the group's slots"
        ),
        ("slots: 1-3", "slots: 3", "s.yaml:10:47: groups.adsl.cards: slot 2 is not among the group's slots"),
        ("{2: {window", "{02: {}, 2: {window", "s.yaml:10:57: groups.adsl.cards: slot 2 stands twice"),
        (
            "{2: {window", "{x: {window",
            "s.yaml:10:49: groups.adsl.cards: key 'x' is not a slot; expected a number from 1 to 65535"
        ),
        (
            "window: 64KiB", "window: 32KiB",
            "s.yaml:10:61: groups.adsl.cards.2.window is 32KiB, and the section is 64KiB: a card takes no section larger than its window"
        ),
        (
            "window: 64KiB", "window: 32KiB, section: 48KiB",
            "s.yaml:10:77: groups.adsl.cards.2.section is 48KiB, and the window is 32KiB: a card takes no section larger than its window"
        ),
        (
            "window: 64KiB", "image: other",
            "s.yaml:10:53: groups.adsl.cards.2: a group gets one image; one of its cards cannot have another"
        ),
        (
            "groups: {", "groups: {vdsl: {kind: adsl, slots: 3-4}, ",
            "s.yaml:10:68: groups.adsl.slots has slot 3, which is in group vdsl already"
        ),
        (
            "\"efficiency >= 0.97\"", "\"eficiency >= 1\"",
            "s.yaml:11:20: expect.metrics[0] has no metric 'eficiency'; expected one of \(metrics) (did you mean 'efficiency'?)"
        ),
        (
            "expect: {", "expect: {exit: succes, ",
            "s.yaml:11:16: expect.exit is 'succes'; expected one of success, failure (did you mean 'success'?)"
        ),
        (
            "metrics: [\"efficiency >= 0.97\"]", "metrics: efficiency",
            "s.yaml:11:19: expect.metrics is a single value; expected a list of metrics, such as [\"efficiency >= 0.97\"]"
        ),
    ]) func anErrorSaysWhereAndWhat(part: String, replacement: String, message: String) {
        let text = ScenarioSample.text.replacing(part, with: replacement, maxReplacements: 1)
        #expect(text != ScenarioSample.text)
        #expect(ScenarioSample.errors(text) == message)
    }

    @Test func allErrorsComeAtOnce() {
        let text = """
            name: a b
            images: {i: {size: x, version: 1}, j: {version: 2}}
            kinds: {k: {image: l, window: 1}}
            groups:
              g: {kind: kk, slots: 0}
              h: {}
            expct: {}
            """
        #expect(
            ScenarioSample.errors(text) == """
                s.yaml:1:7: name is 'a b'; expected \(Self.name)
                s.yaml:2:20: images.i.size is 'x'; expected a size such as 64KiB, 16MiB, 10MB or 512B
                s.yaml:2:39: images.j has neither size nor file; give one of them
                s.yaml:3:20: kinds.k.image is 'l', which is not among the images: i, j
                s.yaml:3:31: kinds.k.window is 1B; it must be from 1KiB to 16MiB
                s.yaml:5:13: groups.g.kind is 'kk', which is not among the kinds: k
                s.yaml:5:24: groups.g.slots has slot 0; slots are from 1 to 65535
                s.yaml:6:6: groups.h lacks the key 'kind'
                s.yaml:6:6: groups.h lacks the key 'slots'
                s.yaml:7:1: key 'expct' is not known (did you mean 'expect'?)
                """)
    }

    private static let twoGroups = """
        name: n
        images: {i: {size: 1, version: 1}, j: {size: 2, version: 2}}
        kinds: {k: {image: i}}
        groups: {g: {kind: k, slots: 1}, h: {kind: k, slots: 2, image: j}}

        """

    @Test func aStepNamesItsGroupWhereThereAreSeveral() {
        #expect(
            ScenarioSample.errors(Self.twoGroups + "then: [{image: j}, {image: j, group: hh}, {image: j, group: h}]")
                == """
                s.yaml:5:8: then[0] lacks the key 'group'
                s.yaml:5:38: then[1].group is 'hh', which is not among the groups: g, h
                """)
    }

    @Test func aServerThatRunsHasAFolderForSeveralImages() {
        let text = Self.twoGroups + "server: {url: \"ftp://127.0.0.1:1/x.img\"}\n"
        #expect(
            ScenarioSample.errors(text)
                == "s.yaml:5:9: server names one file by its url, and there are several images: name their folder, with a slash at its end"
        )
        #expect(ScenarioSample.errors(text.replacing("x.img", with: "")) == "")
    }

    @Test func aGroupWithoutAnyImageIsRefused() {
        let text = "name: n\nimages: {i: {size: 1, version: 1}}\nkinds: {k: {}}\ngroups: {g: {kind: k, slots: 1}}\n"
        #expect(
            ScenarioSample.errors(text)
                == "s.yaml:4:13: groups.g lacks the key 'image', and so do its kind and the defaults")
    }
}
