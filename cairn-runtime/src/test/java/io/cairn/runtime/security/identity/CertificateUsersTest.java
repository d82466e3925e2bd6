// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.security.Authenticator;
import io.cairn.runtime.security.Authorizer;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.accounts.AccountView;
import io.cairn.service.examples.ExampleService;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that show certificates, over real TLS: a certificate is a user, or nobody. */
class CertificateUsersTest {

  private static final String USERS = "/core/authz/users/";
  private static final String ONE = "/core/examples/one";
  private static final String PATCH = "{\"name\":\"m\"}";

  @TempDir private static Path directory;
  private static X509Bundle authority;
  private static HostFixture host;

  @BeforeAll
  static void start() throws Exception {
    authority = issuer("CN=authority");
    X509Bundle server = builder("CN=server").addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
    host =
        HostFixture.start(
                directory.resolve("data"),
                it -> it.startAndAwait(ExampleService.createFactory(), ExampleService.FACTORY_LINK),
                settings -> {
                  settings.securePort = 0;
                  settings.certificateFile = file("chain", server.getCertificatePathPEM());
                  settings.keyFile = file("key", server.getPrivateKeyPEM());
                  settings.caFile = file("authority", authority.getRootCertificatePEM());
                  settings.sslClientAuthMode = "WANT";
                  settings.security.clientCertificateUsers = "EMAIL";
                })
            .awaitAvailable();
    user("jane@a.example", false);
    user("gone@a.example", true);
    done(
        host.post(
            "/core/authz/grants",
            Map.of("role", "viewer", "to", "jane@a.example", "on", "/core/examples")));
    done(host.post("/core/examples", Map.of("documentSelfLink", "one", "name", "n")));
    AccountView view = host.host().unwrap(AccountView.class);
    await().until(() -> view.users().size() == 2 && !view.roles().isEmpty());
    host.host()
        .unwrap(Guard.class)
        .engage(host.host().unwrap(Authenticator.class), host.host().unwrap(Authorizer.class));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static void user(String email, boolean disabled) {
    done(
        host.post(
            "/core/authz/users",
            Map.of("documentSelfLink", email, "email", email, "isDisabled", disabled)));
  }

  private static void done(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static CertificateBuilder builder(String subject) {
    return new CertificateBuilder().ecp256().subject(subject);
  }

  private static X509Bundle issuer(String subject) throws Exception {
    return builder(subject).setIsCertificateAuthority(true).buildSelfSigned();
  }

  private static X509Bundle emails(String... emails) throws Exception {
    CertificateBuilder builder = builder("CN=a client");
    for (String email : emails) {
      builder.addSanRfc822Name(email);
    }
    return builder.buildIssuedBy(authority);
  }

  private static Path file(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name + ".pem"), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpClient client(@Nullable X509Bundle own) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority.getCertificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory keys = null;
    if (own != null) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry(
          "own", own.getKeyPair().getPrivate(), new char[0], own.getCertificatePathWithRoot());
      keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static URI secure(String scheme, String path) {
    return URI.create(scheme + "://127.0.0.1:" + host.host().getSecurePort() + path);
  }

  private static int ask(HttpClient client, String method, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(secure("https", ONE))
            .header("content-type", "application/json")
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(PATCH));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  @Test
  void certificateOfAUserDoesWhatTheUserMay() throws Exception {
    try (HttpClient jane = client(emails("jane@a.example"))) {
      assertThat(ask(jane, "GET")).isEqualTo(200);
      assertThat(ask(jane, "PATCH")).isEqualTo(403);
      assertThat(ask(jane, "GET", "x-xenon-auth-token", "worth.nothing.at-all"))
          .as("a token that comes along goes before")
          .isEqualTo(401);
    }
  }

  @Test
  void certificateThatNamesNobodyOrTwoProvesNothing() throws Exception {
    for (X509Bundle own :
        new X509Bundle[] {
          emails(),
          emails("stranger@a.example"),
          emails("jane@a.example", "stranger@a.example"),
          builder("CN=jane@a.example").buildIssuedBy(authority),
          emails("gone@a.example"),
          null
        }) {
      try (HttpClient client = client(own)) {
        assertThat(ask(client, "GET")).isEqualTo(401);
        assertThat(ask(client, "PATCH")).isEqualTo(401);
      }
    }
  }

  @Test
  void certificateOfAnotherAuthorityDoesNotConnect() throws Exception {
    X509Bundle forged =
        builder("CN=x").addSanRfc822Name("jane@a.example").buildIssuedBy(issuer("CN=authority"));
    try (HttpClient client = client(forged)) {
      assertThatThrownBy(() -> ask(client, "GET")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void webSocketIsOpenedByACertificateOfAUserAndByNoOther() throws Exception {
    CompletableFuture<String> served = new CompletableFuture<>();
    try (HttpClient jane = client(emails("jane@a.example"))) {
      WebSocket socket = open(jane, served::complete);
      try {
        var _ = socket.sendText("q\r\nPOST /ws-service", true).get(20, TimeUnit.SECONDS);
        assertThat(served.get(20, TimeUnit.SECONDS)).startsWith("202 q");
      } finally {
        socket.abort();
      }
    }
    for (X509Bundle own : new X509Bundle[] {emails("stranger@a.example"), null}) {
      try (HttpClient nobody = client(own)) {
        assertThatThrownBy(() -> open(nobody, text -> {}))
            .isInstanceOf(CompletionException.class)
            .cause()
            .isInstanceOfSatisfying(
                WebSocketHandshakeException.class,
                refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(401));
      }
    }
  }

  private static WebSocket open(HttpClient client, Consumer<String> heard) {
    return client
        .newWebSocketBuilder()
        .buildAsync(
            secure("wss", "/core/ws-endpoint"),
            new WebSocket.Listener() {
              private final StringBuilder text = new StringBuilder();

              @Override
              public @Nullable CompletionStage<?> onText(
                  WebSocket from, CharSequence data, boolean last) {
                text.append(data);
                if (last) {
                  heard.accept(text.toString());
                  text.setLength(0);
                }
                from.request(1);
                return null;
              }
            })
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  @ParameterizedTest
  @CsvSource({
    "'CN=jane', jane",
    "'CN=jane@a.example,O=Example', jane@a.example",
    "'O=Example', ",
    "'CN=jane,CN=root', ",
    "'CN=jane/../root', ",
    "'CN=jane doe', "
  })
  void commonNameNamesAUserIfThereIsOneThatALinkCanHave(String subject, @Nullable String user)
      throws Exception {
    assertThat(
            CertificateUsers.NAME.userLink(
                builder(subject).buildIssuedBy(authority).getCertificate()))
        .isEqualTo(user == null ? null : USERS + user);
    assertThat(
            CertificateUsers.NONE.userLink(
                builder(subject).buildIssuedBy(authority).getCertificate()))
        .isNull();
  }
}
