// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

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

/** Makes the TLS settings of a listener from its files. */
final class TlsContexts {
  private TlsContexts() {}

  /**
   * Reads the files.
   *
   * @throws IOException if a file cannot be read, or does not hold what it should
   */
  static SslContext server(TlsConfig config) throws IOException {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(
                  config.certificateChain().toFile(),
                  config.privateKey().toFile(),
                  config.keyPassword())
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      Protocol.ALPN,
                      SelectorFailureBehavior.NO_ADVERTISE,
                      SelectedListenerFailureBehavior.ACCEPT,
                      ApplicationProtocolNames.HTTP_2,
                      ApplicationProtocolNames.HTTP_1_1))
              .clientAuth(
                  switch (config.clientAuth()) {
                    case NONE -> ClientAuth.NONE;
                    case WANT -> ClientAuth.OPTIONAL;
                    case NEED -> ClientAuth.REQUIRE;
                  });
      if (config.trustedCertificates() != null) {
        builder.trustManager(config.trustedCertificates().toFile());
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "Cannot use the certificate "
              + config.certificateChain()
              + " with the key "
              + config.privateKey(),
          e);
    }
  }
}
