// SPDX-License-Identifier: Apache-2.0

/** OData query parameters, turned into query specifications. */
@NullMarked
package io.cairn.query.odata;

import org.jspecify.annotations.NullMarked;
