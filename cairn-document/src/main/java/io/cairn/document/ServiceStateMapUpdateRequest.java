// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A PATCH body that puts entries into, and removes keys from, maps of a document. */
@DocumentKind(ServiceStateMapUpdateRequest.KIND)
public class ServiceStateMapUpdateRequest {
  public static final String KIND = "com:vmware:xenon:common:ServiceStateMapUpdateRequest";

  /** Field name to the entries to put. */
  public @Nullable Map<String, Map<Object, Object>> entriesToAdd;

  /** Field name to the keys to remove; removal comes before addition. */
  public @Nullable Map<String, Collection<Object>> keysToRemove;

  /** {@link #KIND}: how the request is told from a partial document. */
  public @Nullable String kind = KIND;

  /** Creates a request; null maps change nothing. */
  public static ServiceStateMapUpdateRequest create(
      @Nullable Map<String, Map<Object, Object>> entriesToAdd,
      @Nullable Map<String, Collection<Object>> keysToRemove) {
    ServiceStateMapUpdateRequest request = new ServiceStateMapUpdateRequest();
    request.entriesToAdd = entriesToAdd;
    request.keysToRemove = keysToRemove;
    return request;
  }
}
