// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.cairn.document.ServiceDocument;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OperationBodyTest {

  @Test
  void aBodyThatArrivesAsAStreamIsNoValue() {
    InputStream arriving = new ByteArrayInputStream("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    Operation op = new Operation().setBodyNoCloning(arriving);

    assertThatIllegalStateException()
        .isThrownBy(() -> op.getBody(ServiceDocument.class))
        .withMessageContaining("ask for an InputStream, not for a ServiceDocument");
    assertThatIllegalStateException().isThrownBy(() -> op.getBody(String.class));
    assertThat(op.getBody(InputStream.class)).isSameAs(arriving);
  }
}
