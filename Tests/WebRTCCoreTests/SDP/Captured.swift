/// Descriptions real peers wrote, as they came; Chromium's video formats are shortened.
enum Captured {
    /// Chromium 156: audio, video and data, all the browser has.
    static let chromiumOffer = """
        v=0
        o=- 4084984245694236526 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2
        a=extmap-allow-mixed
        a=msid-semantic: WMS d2f91d36-9ee7-4560-89a9-8de33881b230
        m=audio 47183 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 192.0.2.2
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:2963387549 1 udp 2122194687 192.0.2.2 47183 typ host generation 0 network-id 1
        a=candidate:3084113965 1 udp 2122265343 fd00::2 50824 typ host generation 0 network-id 2
        a=candidate:3463337477 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0 ne\
        twork-id 1
        a=candidate:3374070453 1 tcp 1518285567 fd00::2 9 typ host tcptype active generation 0 netw\
        ork-id 2
        a=ice-ufrag:RnAE
        a=ice-pwd:k+83MX5Mi5x2dHw5tVoasbHV
        a=ice-options:trickle
        a=fingerprint:sha-256 16:61:84:E3:36:33:CE:9B:41:7A:B2:7B:C3:D3:ED:34:E4:09:B4:21:E6:52:2B:\
        37:64:EC:BA:A4:21:CC:64:B7
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendrecv
        a=msid:d2f91d36-9ee7-4560-89a9-8de33881b230 254491a5-5a64-4f41-9c1a-74307b296f52
        a=rtcp-mux
        a=rtcp-rsize
        a=rtcp-xr:rcvr-rtt=all
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:894471389 cname:NRj4G22Z95npytYb
        a=ssrc:894471389 msid:d2f91d36-9ee7-4560-89a9-8de33881b230 254491a5-5a64-4f41-9c1a-74307b29\
        6f52
        m=video 44434 UDP/TLS/RTP/SAVPF 96 97
        c=IN IP4 192.0.2.2
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:2963387549 1 udp 2122194687 192.0.2.2 44434 typ host generation 0 network-id 1
        a=candidate:3084113965 1 udp 2122265343 fd00::2 39641 typ host generation 0 network-id 2
        a=candidate:3463337477 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0 ne\
        twork-id 1
        a=candidate:3374070453 1 tcp 1518285567 fd00::2 9 typ host tcptype active generation 0 netw\
        ork-id 2
        a=ice-ufrag:RnAE
        a=ice-pwd:k+83MX5Mi5x2dHw5tVoasbHV
        a=ice-options:trickle
        a=fingerprint:sha-256 16:61:84:E3:36:33:CE:9B:41:7A:B2:7B:C3:D3:ED:34:E4:09:B4:21:E6:52:2B:\
        37:64:EC:BA:A4:21:CC:64:B7
        a=setup:actpass
        a=mid:1
        a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:13 urn:3gpp:video-orientation
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
        a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
        a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
        a=recvonly
        a=rtcp-mux
        a=rtcp-rsize
        a=rtcp-xr:rcvr-rtt=all
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        m=application 41180 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 192.0.2.2
        a=candidate:2963387549 1 udp 2122194687 192.0.2.2 41180 typ host generation 0 network-id 1
        a=candidate:3084113965 1 udp 2122265343 fd00::2 58286 typ host generation 0 network-id 2
        a=candidate:3463337477 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0 ne\
        twork-id 1
        a=candidate:3374070453 1 tcp 1518285567 fd00::2 9 typ host tcptype active generation 0 netw\
        ork-id 2
        a=ice-ufrag:RnAE
        a=ice-pwd:k+83MX5Mi5x2dHw5tVoasbHV
        a=ice-options:trickle
        a=fingerprint:sha-256 16:61:84:E3:36:33:CE:9B:41:7A:B2:7B:C3:D3:ED:34:E4:09:B4:21:E6:52:2B:\
        37:64:EC:BA:A4:21:CC:64:B7
        a=setup:actpass
        a=mid:2
        a=sctp-port:5000
        a=max-message-size:262144
        """

    /// Chromium 156, to an offer of this project.
    static let chromiumAnswer = """
        v=0
        o=- 8324961920574723994 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=msid-semantic: WMS b2ef61c2-fe43-4675-a634-8b70cabd94cc
        m=audio 60416 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 192.0.2.2
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:1469610857 1 udp 2122194687 192.0.2.2 60416 typ host generation 0 network-id 1
        a=candidate:2633939593 1 udp 2122265343 fd00::2 35225 typ host generation 0 network-id 2
        a=candidate:2838671357 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0 ne\
        twork-id 1
        a=candidate:1649700381 1 tcp 1518285567 fd00::2 9 typ host tcptype active generation 0 netw\
        ork-id 2
        a=ice-ufrag:Cjvf
        a=ice-pwd:SAj91qU49m0wd6PKN4Fkh1T9
        a=ice-options:trickle
        a=fingerprint:sha-256 12:E2:F3:C4:05:26:40:A5:C5:AE:19:82:1B:5D:5B:C0:41:EB:A0:0A:62:1D:74:\
        59:7B:66:D7:56:CB:5D:26:A7
        a=setup:active
        a=mid:0
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendrecv
        a=msid:b2ef61c2-fe43-4675-a634-8b70cabd94cc e194828e-2391-4489-899a-c23559637c43
        a=rtcp-mux
        a=rtcp-rsize
        a=rtcp-xr:rcvr-rtt=all
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        a=ssrc:983097985 cname:jfhpDKq3wh68tfJj
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=ice-ufrag:Cjvf
        a=ice-pwd:SAj91qU49m0wd6PKN4Fkh1T9
        a=ice-options:trickle
        a=fingerprint:sha-256 12:E2:F3:C4:05:26:40:A5:C5:AE:19:82:1B:5D:5B:C0:41:EB:A0:0A:62:1D:74:\
        59:7B:66:D7:56:CB:5D:26:A7
        a=setup:active
        a=mid:1
        a=sctp-port:5000
        a=max-message-size:262144
        """

    /// aiortc 1.16: three fingerprints, a port of its own for data.
    static let aiortcOffer = """
        v=0
        o=- 4004368427 4004368427 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=msid-semantic:WMS *
        m=audio 53839 UDP/TLS/RTP/SAVPF 96 9 0 8
        c=IN IP4 127.0.0.1
        a=sendrecv
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=mid:0
        a=msid:d337847f-bf97-46e5-94e4-bfc013284f2a 109891b5-2d25-4a10-b4b1-163b2de1d243
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc:2398187297 cname:b2f6217a-ed3a-435e-906f-e3dc6fc12280
        a=rtpmap:96 opus/48000/2
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=candidate:16572de626da4e5384a0ce2d0d93678a 1 udp 2130706431 127.0.0.1 53839 typ host
        a=end-of-candidates
        a=ice-ufrag:WrsQ
        a=ice-pwd:SHzUDo2eIPByNm3q6hXaTd
        a=fingerprint:sha-256 0A:79:0E:E6:6C:9C:E6:E8:3F:B4:F6:AA:0F:D2:28:C9:05:F3:AF:98:98:18:67:\
        88:36:66:67:2F:0E:A6:B5:AF
        a=fingerprint:sha-384 6F:6E:B5:4D:EB:F7:60:3E:3C:6E:8E:8D:87:FF:95:33:10:A2:EE:5A:E8:ED:FA:\
        0B:E0:A3:66:73:5B:21:AD:63:C6:F0:7C:77:CB:67:18:E0:28:30:30:1A:AE:DF:80:C9
        a=fingerprint:sha-512 05:26:A5:F9:FE:F0:2F:B7:A6:7D:E1:19:75:98:32:92:47:CD:D1:E1:57:95:10:\
        6E:FD:11:2F:EC:96:97:9E:C1:CE:DD:D8:FC:71:2E:87:C0:18:CC:41:29:2B:20:B8:9D:36:11:AE:78:EF:F\
        C:AD:83:36:D7:86:07:D9:6E:7D:D6
        a=setup:actpass
        m=application 41945 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 127.0.0.1
        a=mid:1
        a=sctp-port:5000
        a=max-message-size:262144
        a=candidate:16572de626da4e5384a0ce2d0d93678a 1 udp 2130706431 127.0.0.1 41945 typ host
        a=end-of-candidates
        a=ice-ufrag:WrsQ
        a=ice-pwd:SHzUDo2eIPByNm3q6hXaTd
        a=fingerprint:sha-256 0A:79:0E:E6:6C:9C:E6:E8:3F:B4:F6:AA:0F:D2:28:C9:05:F3:AF:98:98:18:67:\
        88:36:66:67:2F:0E:A6:B5:AF
        a=fingerprint:sha-384 6F:6E:B5:4D:EB:F7:60:3E:3C:6E:8E:8D:87:FF:95:33:10:A2:EE:5A:E8:ED:FA:\
        0B:E0:A3:66:73:5B:21:AD:63:C6:F0:7C:77:CB:67:18:E0:28:30:30:1A:AE:DF:80:C9
        a=fingerprint:sha-512 05:26:A5:F9:FE:F0:2F:B7:A6:7D:E1:19:75:98:32:92:47:CD:D1:E1:57:95:10:\
        6E:FD:11:2F:EC:96:97:9E:C1:CE:DD:D8:FC:71:2E:87:C0:18:CC:41:29:2B:20:B8:9D:36:11:AE:78:EF:F\
        C:AD:83:36:D7:86:07:D9:6E:7D:D6
        a=setup:actpass
        """

    /// aiortc 1.16, to an offer of this project; FastRTC and Pipecat answer with it too.
    static let aiortcAnswer = """
        v=0
        o=- 4004369087 4004369087 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=msid-semantic:WMS *
        m=audio 54246 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 127.0.0.1
        a=sendrecv
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=mid:0
        a=msid:e8c57f78-b987-4d84-a970-0b0f94afef4b 265a1b9b-ba9d-4989-9a28-3f52b5e0a4b7
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc:2509086522 cname:08a34c72-4aa0-4e58-b9b9-581cb4e88d82
        a=rtpmap:111 opus/48000/2
        a=candidate:16572de626da4e5384a0ce2d0d93678a 1 udp 2130706431 127.0.0.1 54246 typ host
        a=end-of-candidates
        a=ice-ufrag:NXWn
        a=ice-pwd:lLhUSzbhvU4H326y6ZbULN
        a=fingerprint:sha-256 D6:B9:BA:3A:B5:9E:1C:90:67:5A:82:C6:07:BD:F0:4F:58:89:63:3D:3B:F0:7A:\
        FF:EF:38:27:D1:DE:C6:64:46
        a=fingerprint:sha-384 A4:1F:45:AB:AD:DE:A5:89:F7:D1:C1:5E:CF:41:35:4A:7D:74:0C:66:A5:A1:47:\
        34:24:10:17:03:5A:A2:D6:BD:62:69:C4:8C:C7:49:6D:07:81:11:70:78:4E:2C:C7:C4
        a=fingerprint:sha-512 2B:AF:0E:EA:EB:1C:51:75:F1:EB:48:EE:A5:88:7A:40:EC:0B:56:99:43:E5:DB:\
        7E:21:01:CB:C7:F8:CA:91:0E:91:9A:A6:B8:E5:25:9D:EF:85:F5:C7:14:24:9B:AD:9C:D3:49:A7:E1:5B:4\
        6:6D:8B:97:6A:E5:E0:DC:57:F4:C6
        a=setup:active
        m=application 54246 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 127.0.0.1
        a=mid:1
        a=sctp-port:5000
        a=max-message-size:262144
        a=candidate:16572de626da4e5384a0ce2d0d93678a 1 udp 2130706431 127.0.0.1 54246 typ host
        a=end-of-candidates
        a=ice-ufrag:NXWn
        a=ice-pwd:lLhUSzbhvU4H326y6ZbULN
        a=fingerprint:sha-256 D6:B9:BA:3A:B5:9E:1C:90:67:5A:82:C6:07:BD:F0:4F:58:89:63:3D:3B:F0:7A:\
        FF:EF:38:27:D1:DE:C6:64:46
        a=fingerprint:sha-384 A4:1F:45:AB:AD:DE:A5:89:F7:D1:C1:5E:CF:41:35:4A:7D:74:0C:66:A5:A1:47:\
        34:24:10:17:03:5A:A2:D6:BD:62:69:C4:8C:C7:49:6D:07:81:11:70:78:4E:2C:C7:C4
        a=fingerprint:sha-512 2B:AF:0E:EA:EB:1C:51:75:F1:EB:48:EE:A5:88:7A:40:EC:0B:56:99:43:E5:DB:\
        7E:21:01:CB:C7:F8:CA:91:0E:91:9A:A6:B8:E5:25:9D:EF:85:F5:C7:14:24:9B:AD:9C:D3:49:A7:E1:5B:4\
        6:6D:8B:97:6A:E5:E0:DC:57:F4:C6
        a=setup:active
        """

    /// Pion 3.1: the fingerprint once for all, candidates of two components.
    static let pionOffer = """
        v=0
        o=- 3263526496730554583 1795380244 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=fingerprint:sha-256 23:8C:E8:A2:7F:A1:83:59:FA:35:A4:D6:61:C5:3B:EC:1C:6A:DE:4B:E0:0E:CE:\
        01:72:64:0E:88:AD:E0:00:B5
        a=extmap-allow-mixed
        a=group:BUNDLE 0 1
        m=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8
        c=IN IP4 0.0.0.0
        a=setup:actpass
        a=mid:0
        a=ice-ufrag:aXzrLNoFrJEFbHCp
        a=ice-pwd:MKyovvuLwiYvbRodmLnYBPrTanJatGtp
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=ssrc:1343741370 cname:pion
        a=ssrc:1343741370 msid:pion audio
        a=ssrc:1343741370 mslabel:pion
        a=ssrc:1343741370 label:audio
        a=msid:pion audio
        a=sendrecv
        a=candidate:2878742611 1 udp 2130706431 127.0.0.1 58583 typ host
        a=candidate:2878742611 2 udp 2130706431 127.0.0.1 58583 typ host
        a=candidate:2070692838 1 udp 2130706431 192.0.2.2 59773 typ host
        a=candidate:2070692838 2 udp 2130706431 192.0.2.2 59773 typ host
        a=candidate:3932658255 1 udp 2130706431 fd00::2 49893 typ host
        a=candidate:3932658255 2 udp 2130706431 fd00::2 49893 typ host
        a=end-of-candidates
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=setup:actpass
        a=mid:1
        a=sendrecv
        a=sctp-port:5000
        a=ice-ufrag:aXzrLNoFrJEFbHCp
        a=ice-pwd:MKyovvuLwiYvbRodmLnYBPrTanJatGtp
        """

    /// Pion 3.1, to an offer of this project: no header extension is taken.
    static let pionAnswer = """
        v=0
        o=- 477527643792082315 1795380244 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=fingerprint:sha-256 99:1B:FB:56:26:5A:29:EA:93:C3:50:32:CA:A0:28:2B:0E:16:CE:60:89:3D:16:\
        5D:3B:BA:1D:55:9E:71:86:68
        a=group:BUNDLE 0 1
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=setup:active
        a=mid:0
        a=ice-ufrag:WZCBASSvqlDWXwsi
        a=ice-pwd:dMjTmUoDyAZVaexfWYYmvVXNAFwvrfZq
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        a=ssrc:1555466867 cname:pion
        a=ssrc:1555466867 msid:pion audio
        a=ssrc:1555466867 mslabel:pion
        a=ssrc:1555466867 label:audio
        a=msid:pion audio
        a=sendrecv
        a=candidate:2878742611 1 udp 2130706431 127.0.0.1 55103 typ host
        a=candidate:2878742611 2 udp 2130706431 127.0.0.1 55103 typ host
        a=candidate:2070692838 1 udp 2130706431 192.0.2.2 55963 typ host
        a=candidate:2070692838 2 udp 2130706431 192.0.2.2 55963 typ host
        a=candidate:3932658255 1 udp 2130706431 fd00::2 56873 typ host
        a=candidate:3932658255 2 udp 2130706431 fd00::2 56873 typ host
        a=end-of-candidates
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=setup:active
        a=mid:1
        a=sendrecv
        a=sctp-port:5000
        a=ice-ufrag:WZCBASSvqlDWXwsi
        a=ice-pwd:dMjTmUoDyAZVaexfWYYmvVXNAFwvrfZq
        """

    /// Janus 1.1, to an offer of this project.
    static let janusAnswer = """
        v=0
        o=- 3923085847807804081 2 IN IP4 192.0.2.2
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=ice-options:trickle
        a=fingerprint:sha-256 56:C4:09:0F:DF:80:82:37:83:F9:61:38:94:34:5A:5B:71:3E:E4:CD:3E:71:F4:\
        AE:3A:5E:E8:7C:76:08:CD:DC
        a=extmap-allow-mixed
        a=msid-semantic: WMS *
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 192.0.2.2
        a=sendrecv
        a=mid:0
        a=rtcp-mux
        a=ice-ufrag:oria
        a=ice-pwd:uTGu4muI7B9ne3ChD9plsI
        a=ice-options:trickle
        a=setup:active
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 useinbandfec=1
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=msid:janus janus0
        a=ssrc:1598526096 cname:janus
        a=candidate:1 1 udp 2015363327 192.0.2.2 60230 typ host
        a=end-of-candidates
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 192.0.2.2
        a=sendrecv
        a=mid:1
        a=sctp-port:5000
        a=ice-ufrag:oria
        a=ice-pwd:uTGu4muI7B9ne3ChD9plsI
        a=ice-options:trickle
        a=setup:active
        a=candidate:1 1 udp 2015363327 192.0.2.2 60230 typ host
        a=end-of-candidates
        """
}

/// One of them as the argument of a test, which prints its name instead of its text.
enum Capture: CaseIterable {
    case chromiumOffer, chromiumAnswer, aiortcOffer, aiortcAnswer, pionOffer, pionAnswer
    case janusAnswer

    static let answers: [Capture] = [.chromiumAnswer, .aiortcAnswer, .pionAnswer, .janusAnswer]

    var text: String {
        switch self {
        case .chromiumOffer: Captured.chromiumOffer
        case .chromiumAnswer: Captured.chromiumAnswer
        case .aiortcOffer: Captured.aiortcOffer
        case .aiortcAnswer: Captured.aiortcAnswer
        case .pionOffer: Captured.pionOffer
        case .pionAnswer: Captured.pionAnswer
        case .janusAnswer: Captured.janusAnswer
        }
    }
}
