// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.HttpResponse;
import io.cairn.net.client.WebClient;
import io.cairn.net.client.WebRequest;
import io.cairn.net.client.WebResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipTest extends ServerTestBed {
  private final WebClient client = closing(WebClient.builder().build());

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static WebRequest post(URI uri, String coding, byte[] body) {
    return WebRequest.of("POST", uri).with("content-encoding", coding).withBody(body);
  }

  @Test
  void compressedBodyReachesTheHandlerPlain() throws Exception {
    URI uri = uri(serve(ServerTestBed::echo), "/");
    byte[] plain = "hello".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    WebResponse response = client.send(post(uri, "gzip", gzip(plain))).get();
    assertThat(response.body()).asString().isEqualTo("POST / null " + "hello".repeat(1_000));
  }

  @Test
  void compressedRequestsKeepTheirPlaceInThePipeline() throws Exception {
    RawClient raw = connect(serve(ServerTestBed::echo));
    byte[] body = gzip(new byte[] {'a'});
    raw.send(
        "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: "
            + body.length
            + "\r\n\r\n");
    raw.send(body).send(get("/2"));
    assertThat(raw.readAnswer()).endsWith("POST /1 null a");
    assertThat(raw.readAnswer()).endsWith("GET /2 null ");
  }

  @Test
  void decompressionIsBounded() throws Exception {
    URI uri = uri(serve(ServerTestBed::echo, limits -> limits.maxBodyBytes(100_000)), "/");
    byte[] bomb = gzip(new byte[10_000_000]);
    assertThat(bomb.length).isLessThan(100_000);
    assertThat(client.send(post(uri, "gzip", bomb)).get().status()).isEqualTo(413);
  }

  @Test
  void damagedGzipIsRefused() throws Exception {
    URI uri = uri(serve(ServerTestBed::echo), "/");
    byte[] whole = gzip("hello".getBytes(StandardCharsets.UTF_8));
    byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);
    assertThat(client.send(post(uri, "gzip", half)).get().status()).isEqualTo(400);
    assertThat(client.send(post(uri, "gzip", new byte[] {1, 2, 3})).get().status()).isEqualTo(400);
  }

  @Test
  void otherCodingsAreRefused() throws Exception {
    URI uri = uri(serve(ServerTestBed::echo), "/");
    assertThat(client.send(post(uri, "br", new byte[] {1})).get().status()).isEqualTo(415);
  }

  @Test
  void largeTextIsCompressedForThoseWhoCanReadIt() throws Exception {
    byte[] text = "{\"a\":1}".repeat(500).getBytes(StandardCharsets.UTF_8);
    URI uri = uri(serve(e -> e.respond(HttpResponse.json(200, text))), "/");
    WebResponse zipped =
        client.send(WebRequest.get(uri).with("accept-encoding", "deflate, gzip;q=0.5")).get();
    assertThat(zipped.headers().get("content-encoding")).isEqualTo("gzip");
    assertThat(zipped.headers().get("vary")).isEqualTo("accept-encoding");
    assertThat(zipped.body().length).isLessThan(text.length / 10);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(text);
    }
    WebResponse plain = client.send(WebRequest.get(uri)).get();
    assertThat(plain.headers().get("content-encoding")).isNull();
    assertThat(plain.body()).isEqualTo(text);
  }

  @Test
  void smallTextIsNotCompressed() throws Exception {
    URI uri = uri(serve(e -> e.respond(HttpResponse.json(200, new byte[1_023]))), "/");
    WebResponse response = client.send(WebRequest.get(uri).with("accept-encoding", "gzip")).get();
    assertThat(response.headers().get("content-encoding")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "*", "br, GZIP ; q=1", "gzip;q=0.001", "x-gzip", "*;q=0, gzip"})
  void gzipIsAllowedBy(String field) {
    assertThat(ContentCoding.acceptsGzip(field)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "br", "gzip;q=0", "gzip; q=0.0", "*, gzip;q=0", "*;q=0", "gzip;q=x"})
  void gzipIsForbiddenBy(String field) {
    assertThat(ContentCoding.acceptsGzip(field)).isFalse();
  }
}
