// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Who is named as the sender of an operation. */
class RefererTest {

  @Test
  void whoDoesNotSayWhoItIsIsNamedByItsConnection() {
    Operation op =
        new Operation().setCaller(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711));

    assertThat(op.hasReferer()).isTrue();
    assertThat(op.getReferer()).isEqualTo(URI.create("http://127.0.0.1:4711/unknown-client"));
    assertThat(new Operation().transferRefererFrom(op).getRefererAsString())
        .isEqualTo("http://127.0.0.1:4711/unknown-client");
    assertThat(op.setReferer("http://client/x").getRefererAsString()).isEqualTo("http://client/x");
  }

  @Test
  void refererIsRequiredWhereItIsRead() {
    Operation op = new Operation();
    assertThatIllegalArgumentException().isThrownBy(op::getReferer);

    op.setReferer("http://localhost/ref");

    assertThat(op.getReferer()).isEqualTo(URI.create("http://localhost/ref"));
    assertThat(op.getRefererAsString()).isEqualTo("http://localhost/ref");
    assertThat(new Operation().transferRefererFrom(op).hasReferer()).isTrue();
  }
}
