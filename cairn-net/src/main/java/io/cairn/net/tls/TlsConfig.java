// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a listener encrypts. HTTP/2 is offered through ALPN beside HTTP/1.1.
 *
 * @param certificateChain PEM file with the server's certificate and those that lead to its
 *     authority
 * @param privateKey PEM file with the PKCS#8 key, plain or encrypted
 * @param keyPassword what the key is encrypted with; null when it is not
 * @param trustedCertificates PEM file with the authorities of client certificates; null for those
 *     that the JVM trusts
 * @param clientAuth whether clients are asked for certificates
 */
public record TlsConfig(
    Path certificateChain,
    Path privateKey,
    @Nullable String keyPassword,
    @Nullable Path trustedCertificates,
    ClientAuth clientAuth) {

  /** Checks that the files are named. */
  public TlsConfig {
    requireNonNull(certificateChain, "certificateChain");
    requireNonNull(privateKey, "privateKey");
    requireNonNull(clientAuth, "clientAuth");
  }

  /** Returns a configuration without client certificates. */
  public static TlsConfig of(Path certificateChain, Path privateKey, @Nullable String keyPassword) {
    return new TlsConfig(certificateChain, privateKey, keyPassword, null, ClientAuth.NONE);
  }

  /** Whether clients are asked for certificates. */
  public enum ClientAuth {
    /** They are not asked. */
    NONE,
    /** They are asked and may decline. */
    WANT,
    /** Without a valid certificate there is no connection. */
    NEED
  }

  @Override
  public String toString() {
    return "TlsConfig[" + certificateChain + ", client certificates " + clientAuth + "]";
  }
}
