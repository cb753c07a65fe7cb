-- squawk-ignore-file ban-drop-function
-- What policies asked until files had to be announced.
drop function private.folders_with_room();
