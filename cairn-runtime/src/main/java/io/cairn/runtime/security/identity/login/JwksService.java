// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.login;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.identity.token.SigningKeys;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.ServiceUriPaths;

/** The public keys of the group as a JWK set (RFC 7517), for others who verify its tokens. */
@Needs(read = Access.OPEN, write = Access.GRANTED)
public final class JwksService extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_AUTHN_JWKS;

  private final SigningKeys keys;

  /** Shows what may be known of keys. */
  public JwksService(SigningKeys keys) {
    this.keys = keys;
    toggleOption(ServiceOption.CORE, true);
  }

  /** A new key is shown some seconds before it signs: an answer may be kept no longer. */
  @Override
  public void handleGet(Operation get) {
    get.addResponseHeader("cache-control", "max-age=5")
        .setBodyNoCloning(DocumentJson.standard().readTree(keys.publicKeys()))
        .complete();
  }
}
