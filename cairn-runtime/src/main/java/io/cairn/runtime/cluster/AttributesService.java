// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.utility.ServiceUtilities;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UtilityService;
import java.util.EnumSet;
import java.util.Set;

/**
 * The attributes that all nodes share: all sets, one set or one attribute, by GET, PUT, DELETE and
 * event streams. Each node answers by itself, from what it has.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class AttributesService extends StatelessService {

  private final AttributeRequests requests;

  AttributesService(AttributeRequests requests) {
    this.requests = requests;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  @Override
  public void handleGet(Operation get) {
    requests.get(get, path(get));
  }

  @Override
  public void handlePut(Operation put) {
    requests.put(put, path(put));
  }

  @Override
  public void handleDelete(Operation delete) {
    requests.delete(delete, path(delete));
  }

  @Override
  public Set<Action> verbs(String path) {
    long depth = path.chars().skip(getSelfLink().length()).filter(c -> c == '/').count();
    Set<Action> verbs = EnumSet.of(Action.GET, Action.OPTIONS);
    if (depth > 0) {
      verbs.add(Action.DELETE);
    }
    if (depth > 1) {
      verbs.add(Action.PUT);
    }
    return verbs;
  }

  private AttributePath path(Operation op) {
    return AttributePath.of(op.getUri().getRawPath().substring(getSelfLink().length()));
  }

  /** Sets may be named like utilities, {@code stats} for example; there are none here. */
  @Override
  public UtilityService getUtilityService() {
    return new ServiceUtilities(this) {
      @Override
      public void handleRequest(Operation op, String suffix) {
        try {
          AttributesService.this.handleRequest(op);
        } catch (RuntimeException e) {
          op.fail(e);
        }
      }
    };
  }
}
