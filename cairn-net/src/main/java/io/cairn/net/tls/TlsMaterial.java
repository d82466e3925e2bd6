// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a configuration held when they were read.
 *
 * @param chain this side's certificate and those that lead to its authority; empty if it has none
 * @param key the certificate's key; null if there is no certificate
 * @param peerTrust decides about members and clients: the named authorities, or else the JVM's
 * @param worldTrust decides about all other servers: the JVM's authorities and the named ones
 */
record TlsMaterial(
    List<X509Certificate> chain,
    @Nullable PrivateKey key,
    X509TrustManager peerTrust,
    X509TrustManager worldTrust) {

  /**
   * Reads the files.
   *
   * @throws UnusableCertificateException if one cannot be used, or they do not belong together
   */
  static TlsMaterial load(TlsConfig config) throws UnusableCertificateException {
    List<X509Certificate> chain = PemFile.read(config.certificateChain()).certificates();
    PrivateKey key = PrivateKeyFile.read(config.privateKey(), config.keyPassword());
    if (!belongTogether(chain.getFirst(), key)) {
      throw new UnusableCertificateException(
          "the key "
              + config.privateKey()
              + " does not belong to the first certificate of "
              + config.certificateChain());
    }
    return withTrust(chain, key, config.trustedCertificates());
  }

  /** Reads trusted authorities only. */
  static TlsMaterial trusting(@Nullable Path authorities) throws UnusableCertificateException {
    return withTrust(List.of(), null, authorities);
  }

  private static TlsMaterial withTrust(
      List<X509Certificate> chain, @Nullable PrivateKey key, @Nullable Path authorities)
      throws UnusableCertificateException {
    try {
      X509TrustManager machine = managerOf(null);
      if (authorities == null) {
        return new TlsMaterial(chain, key, machine, machine);
      }
      List<X509Certificate> named = PemFile.read(authorities).certificates();
      List<X509Certificate> all = new ArrayList<>(Arrays.asList(machine.getAcceptedIssuers()));
      all.addAll(named);
      return new TlsMaterial(chain, key, managerOf(storeOf(named)), managerOf(storeOf(all)));
    } catch (UnusableCertificateException e) {
      throw e;
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableCertificateException(
          "cannot use the trusted certificates"
              + (authorities == null
                  ? " of this JVM (javax.net.ssl.trustStore)"
                  : " " + authorities)
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static X509TrustManager managerOf(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("this Java checks no X.509 certificates");
  }

  private static KeyStore storeOf(List<X509Certificate> certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (X509Certificate certificate : certificates) {
      store.setCertificateEntry("ca" + store.size(), certificate);
    }
    return store;
  }

  private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "DSA" -> "SHA256withDSA";
          default -> key.getAlgorithm().toUpperCase(Locale.ROOT).startsWith("ED") ? "EdDSA" : "";
        };
    if (algorithm.isEmpty()) {
      return true; // The handshake will tell.
    }
    byte[] probe = {1, 2, 3, 4};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException different) {
      return false;
    }
  }
}
