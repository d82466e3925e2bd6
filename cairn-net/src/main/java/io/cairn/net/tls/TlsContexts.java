// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The settings of TLS that one reading of the files gives; sessions are resumed within it only.
 *
 * @param server for listeners; null without a certificate
 * @param peer for dialing members of the group
 * @param world for requests to any server
 */
record TlsContexts(@Nullable SslContext server, SslContext peer, SSLContext world) {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Makes them. */
  static TlsContexts of(TlsMaterial material, TlsConfig.ClientAuth clientAuth)
      throws UnusableCertificateException {
    try {
      PrivateKey key = material.key();
      SslContext server = key == null ? null : server(material, key, clientAuth);
      return new TlsContexts(server, peer(material), world(material));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new UnusableCertificateException(
          "cannot use the certificate or its key: " + e.getMessage(), e);
    }
  }

  private static SslContext server(
      TlsMaterial material, PrivateKey key, TlsConfig.ClientAuth clientAuth) throws IOException {
    return SslContextBuilder.forServer(key, chain(material))
        .sslProvider(SslProvider.JDK)
        .protocols(PROTOCOLS)
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1))
        .clientAuth(
            switch (clientAuth) {
              case NONE -> ClientAuth.NONE;
              case WANT -> ClientAuth.OPTIONAL;
              case NEED -> ClientAuth.REQUIRE;
            })
        .trustManager(material.peerTrust())
        .build();
  }

  /**
   * Without a list of protocols: a peer's connection begins as HTTP/1.1, which is what none means.
   */
  private static SslContext peer(TlsMaterial material) throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols(PROTOCOLS)
            .endpointIdentificationAlgorithm("HTTPS")
            .trustManager(material.peerTrust());
    if (material.key() != null) {
      builder.keyManager(material.key(), chain(material));
    }
    return builder.build();
  }

  private static SSLContext world(TlsMaterial material)
      throws GeneralSecurityException, IOException {
    X509TrustManager trust = material.worldTrust();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers(material), new TrustManager[] {trust}, null);
    return context;
  }

  private static KeyManager @Nullable [] keyManagers(TlsMaterial material)
      throws GeneralSecurityException, IOException {
    if (material.key() == null) {
      return null;
    }
    char[] password = {};
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", material.key(), password, chain(material));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    return factory.getKeyManagers();
  }

  private static X509Certificate[] chain(TlsMaterial material) {
    return material.chain().toArray(X509Certificate[]::new);
  }
}
