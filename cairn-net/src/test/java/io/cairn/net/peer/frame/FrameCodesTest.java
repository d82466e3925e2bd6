// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerStream;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameCodesTest {

  @ParameterizedTest
  @EnumSource
  void kindIsReadBackFromItsCode(FrameKind kind) {
    assertThat(FrameKind.of(kind.code())).isSameAs(kind);
  }

  @ParameterizedTest
  @EnumSource
  void streamIsReadBackFromItsCode(PeerStream stream) {
    assertThat(PeerStream.of(stream.code())).isSameAs(stream);
  }

  @Test
  void nameThatIsLongerThanSixteenBitsCountIsReadBackWhole() throws Exception {
    PeerIdentity identity =
        new PeerIdentity("n".repeat(70_000), "launch", URI.create("http://host:8000"));
    Hello hello = new Hello(true, 2, 4, identity);
    assertThat(Hello.decode(hello.encode(new byte[Hello.NONCE_BYTES]))).isEqualTo(hello);
  }
}
