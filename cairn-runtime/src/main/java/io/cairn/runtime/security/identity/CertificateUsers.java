// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import io.cairn.service.uri.ServiceUriPaths;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** What in a client's certificate, which TLS has verified, names the user whose it is. */
public enum CertificateUsers {
  /** Nothing: a certificate lets a client connect, and says no more. */
  NONE,
  /** An e-mail address among its alternative names. */
  EMAIL,
  /** The common name of its subject. */
  NAME;

  private static final int RFC822_NAME = 1;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._@+-]{1,128}");

  /**
   * The link of the user, whose last part is what the certificate says; null if it names nobody.
   */
  public @Nullable String userLink(X509Certificate certificate) {
    String name =
        switch (this) {
          case NONE -> null;
          case EMAIL -> email(certificate);
          case NAME -> commonName(certificate);
        };
    return name == null || !FORM.matcher(name).matches()
        ? null
        : ServiceUriPaths.CORE_AUTHZ_USERS + '/' + name;
  }

  /** One that has several does not say which user it is. */
  private static @Nullable String email(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      List<String> found =
          names == null
              ? List.of()
              : names.stream()
                  .filter(name -> Integer.valueOf(RFC822_NAME).equals(name.get(0)))
                  .map(name -> String.valueOf(name.get(1)))
                  .toList();
      return found.size() == 1 ? found.getFirst() : null;
    } catch (CertificateParsingException e) {
      return null;
    }
  }

  private static @Nullable String commonName(X509Certificate certificate) {
    try {
      List<Rdn> found =
          new LdapName(certificate.getSubjectX500Principal().getName())
              .getRdns().stream().filter(part -> part.getType().equalsIgnoreCase("CN")).toList();
      return found.size() == 1 ? String.valueOf(found.getFirst().getValue()) : null;
    } catch (InvalidNameException e) {
      return null;
    }
  }
}
