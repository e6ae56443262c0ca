"""What the extensions of documentation tools share: what a block asks for, and the elements that answer it."""

from schemagen.embedding.blocks import OPTIONS, Block, BlockError, named, read_lines, with_option
from schemagen.embedding.folders import Folders, folders
from schemagen.embedding.fragments import Fragment, fragment
from schemagen.embedding.trees import forget_ids, forget_links, ids, is_heading

__all__ = [
    "OPTIONS",
    "Block",
    "BlockError",
    "Folders",
    "Fragment",
    "folders",
    "forget_ids",
    "forget_links",
    "fragment",
    "ids",
    "is_heading",
    "named",
    "read_lines",
    "with_option",
]
