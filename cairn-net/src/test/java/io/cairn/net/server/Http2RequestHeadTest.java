// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2RequestHeadTest {

  /** Fields as the codec hands them on. */
  private static Http2Headers fields(String text) {
    Http2Headers fields = new DefaultHttp2Headers();
    for (String field : text.split("\\|", -1)) {
      int blank = field.indexOf(' ');
      fields.add(field.substring(0, blank), field.substring(blank + 1));
    }
    return fields;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":method GET|:path /",
        ":method GET|:scheme http",
        ":method G T|:path /|:scheme http",
        ":method GET|:path /|:scheme http|content-length -5",
        ":method GET|:path /|:scheme http|content-length +5",
        ":method GET|:path /|:scheme http|content-length ",
        ":method GET|:path /|:scheme http|content-length 1234567890123456789",
        ":method GET|:path /|:scheme http|content-length 5|content-length 5",
        ":method GET|:path /|:scheme http|:authority a|host b",
        ":method GET|:path /|:scheme http|host a|host a",
        ":method GET|:path /|:scheme http|:authority a@b",
        ":method GET|:path /|:scheme http|accept  x",
        ":method GET|:path /|:scheme http|accept x\t",
      })
  void headThatMeansNothingOrTwoThingsIsRefused(String text) {
    Http2Headers fields = fields(text);

    assertThatThrownBy(() -> Http2RequestHead.read(fields, HttpLimits.defaults()))
        .isInstanceOfSatisfying(
            RequestRefusedException.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  @Test
  void hostFieldMayRepeatTheAuthority() throws Exception {
    Http2Headers fields =
        fields(":method GET|:path /|:scheme http|:authority a:1|host A:1|accept |x-a b c");

    HttpRequest request = Http2RequestHead.read(fields, HttpLimits.defaults());

    assertThat(request.authority()).isEqualTo("a:1");
    assertThat(request.headers().get("accept")).isEmpty();
    assertThat(request.headers().get("x-a")).isEqualTo("b c");
  }
}
