// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A PATCH body that adds items to, and removes items from, collections of a document. */
@DocumentKind(ServiceStateCollectionUpdateRequest.KIND)
public class ServiceStateCollectionUpdateRequest {
  public static final String KIND = "com:vmware:xenon:common:ServiceStateCollectionUpdateRequest";

  /** Field name to the items to add. */
  public @Nullable Map<String, Collection<Object>> itemsToAdd;

  /** Field name to the items to remove; removal comes before addition. */
  public @Nullable Map<String, Collection<Object>> itemsToRemove;

  /** {@link #KIND}: how the request is told from a partial document. */
  public @Nullable String kind = KIND;

  /** Creates a request; null maps change nothing. */
  public static ServiceStateCollectionUpdateRequest create(
      @Nullable Map<String, Collection<Object>> itemsToAdd,
      @Nullable Map<String, Collection<Object>> itemsToRemove) {
    ServiceStateCollectionUpdateRequest request = new ServiceStateCollectionUpdateRequest();
    request.itemsToAdd = itemsToAdd;
    request.itemsToRemove = itemsToRemove;
    return request;
  }
}
