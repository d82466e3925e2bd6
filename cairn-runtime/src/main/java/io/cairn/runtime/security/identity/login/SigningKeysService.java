// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.login;

import io.cairn.net.FailedFuture;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.identity.token.SigningKeys;
import io.cairn.runtime.security.identity.token.SigningKeys.KeyView;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.List;

/**
 * The keys that sign the tokens of the group, by GET: their names and times. A POST has a new key
 * take over. Private keys are in no answer.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class SigningKeysService extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_AUTHN_KEYS;

  private final SigningKeys keys;

  /** What a POST asks for. */
  public static final class RotationRequest {
    /**
     * Whether all other keys are dropped at once, as when one has become known: then everybody has
     * to log in again. If not, tokens of theirs hold until they expire.
     */
    public boolean dropOthers;
  }

  /**
   * What is answered.
   *
   * @param keys in the order in which they sign
   */
  public record SigningKeysState(List<KeyView> keys) {
    public SigningKeysState {
      keys = List.copyOf(keys);
    }
  }

  /** Shows and replaces keys. */
  public SigningKeysService(SigningKeys keys) {
    this.keys = keys;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handleGet(Operation get) {
    get.setBodyNoCloning(new SigningKeysState(keys.keys())).complete();
  }

  @Override
  public void handlePost(Operation post) {
    RotationRequest request =
        post.hasBody() ? post.getBody(RotationRequest.class) : new RotationRequest();
    var _ =
        keys.rotate(request.dropOthers)
            .whenComplete(
                (known, failure) -> {
                  if (failure == null) {
                    post.setBodyNoCloning(new SigningKeysState(known)).complete();
                  } else {
                    StandardRefusal.UNAVAILABLE.answer(post, FailedFuture.cause(failure));
                  }
                });
  }
}
