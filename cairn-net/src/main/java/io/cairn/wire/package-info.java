// SPDX-License-Identifier: Apache-2.0
/**
 * The one way in which nodes write bytes for each other and for their disks. Numbers are big-endian
 * and of a fixed width where any value is as likely as another; counts and lengths are varints.
 * Text is UTF-8 after its length. A value that may be absent follows a flag. What stands alone
 * begins with the version of its format.
 */
@NullMarked
package io.cairn.wire;

import org.jspecify.annotations.NullMarked;
