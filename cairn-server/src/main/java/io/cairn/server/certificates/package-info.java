// SPDX-License-Identifier: Apache-2.0
/** Makes certificates to try HTTPS with. */
@NullMarked
package io.cairn.server.certificates;

import org.jspecify.annotations.NullMarked;
